using System.Globalization;
using Holdfast.Tests.Repository;

namespace Holdfast.Http.Tests.Garden;

/// <summary>A line of tests/garden/classes.tsv; its README says what the columns mean.</summary>
internal sealed record GardenClass(
    string Name, string Direction, string Section, string Strict, string HAProxy, byte[] Bytes)
{
    public static IReadOnlyList<GardenClass> All { get; }
        = [.. File.ReadLines(Path.Combine(RepositoryRoot.Path, "tests", "garden", "classes.tsv"))
            .Where(static l => !l.StartsWith('#')).Select(Parse)];

    private static GardenClass Parse(string line)
    {
        string[] columns = line.Split('\t');
        Assert.Equal(6, columns.Length);
        string lenient = columns[4] == "=" ? columns[3] : columns[4];
        return new(columns[0], columns[1], columns[2], columns[3], lenient, Unescape(columns[5]));
    }

    private static byte[] Unescape(string text)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.Add((byte)text[i]);
                continue;
            }
            i++;
            bytes.Add(text[i] switch
            {
                'r' => (byte)'\r',
                'n' => (byte)'\n',
                't' => (byte)'\t',
                '\\' => (byte)'\\',
                'x' => byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                _ => throw new FormatException(text),
            });
            i += text[i] == 'x' ? 2 : 0;
        }
        return [.. bytes];
    }
}
