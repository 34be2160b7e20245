using System.Text;

namespace Holdfast.Runtime.Continuity;

/// <summary>How a supervisor was started, so that the VRRP process can start another one when it is killed.</summary>
/// <param name="Arguments">All its arguments, from argv[0] on.</param>
/// <param name="Environment">Its environment, NAME=VALUE, without what concerns that one process alone.</param>
internal sealed record Lineage(IReadOnlyList<string> Arguments, IReadOnlyList<string> Environment)
{
    /// <summary>No command line with its environment is longer: a bound for the reader.</summary>
    internal const int SizeMax = 8 << 20;

    /// <summary>Writes it for a sealed memfd.</summary>
    internal byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        foreach (IReadOnlyList<string> list in (IReadOnlyList<string>[])[Arguments, Environment])
        {
            writer.Write(list.Count);
            foreach (string text in list)
            {
                writer.Write(text);
            }
        }
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote, in a process of the same program.</summary>
    internal static Lineage FromBytes(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        return new(ReadList(reader), ReadList(reader));
    }

    private static List<string> ReadList(BinaryReader reader)
    {
        var list = new List<string>();
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            list.Add(reader.ReadString());
        }
        return list;
    }
}
