using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;

namespace Holdfast.HAProxy.Converters;

/// <summary>What a path in a JSON text has led to.</summary>
internal enum JsonFound : byte
{
    /// <summary>Nothing, or something that is no value by itself.</summary>
    Nothing,

    /// <summary>A string; its bytes are as they were written, between the quotes.</summary>
    Text,

    /// <summary>A number, as it was written.</summary>
    Number,

    /// <summary>true.</summary>
    True,

    /// <summary>false.</summary>
    False,
}

/// <summary>
/// A path such as <c>$.a.b[2]</c>, and its way through a text. The text is read only as far as the path leads: what
/// stands behind may be anything.
/// </summary>
internal sealed class JsonPath
{
    private static readonly SearchValues<byte> s_ends = SearchValues.Create(",:{}[] \t\r\n\""u8);

    private readonly ImmutableArray<(byte[]? Key, int Index)> _steps;

    private JsonPath(ImmutableArray<(byte[]?, int)> steps) => _steps = steps;

    /// <summary>Reads a path; null: it is none.</summary>
    internal static JsonPath? Parse(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] != '$')
        {
            return null;
        }
        var steps = ImmutableArray.CreateBuilder<(byte[]?, int)>();
        for (int at = 1; at < text.Length;)
        {
            if (text[at] == '[')
            {
                int end = text[at..].IndexOf((byte)']');
                if (end < 0 || !int.TryParse(
                    text.Slice(at + 1, end - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int index))
                {
                    return null;
                }
                steps.Add((null, index));
                at += end + 1;
                continue;
            }
            if (text[at] != '.')
            {
                return null;
            }
            var key = new List<byte>();
            for (at++; at < text.Length && text[at] is not ((byte)'.' or (byte)'['); at++)
            {
                at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
                key.Add(text[at]);
            }
            steps.Add(([.. key], 0));
        }
        return new JsonPath(steps.ToImmutable());
    }

    /// <summary>Follows the path.</summary>
    /// <param name="json">The text.</param>
    /// <param name="value">What is there; empty for true and false.</param>
    internal JsonFound Find(ReadOnlySpan<byte> json, out ReadOnlySpan<byte> value)
    {
        int at = 0;
        value = default;
        foreach ((byte[]? key, int index) in _steps)
        {
            SkipBlanks(json, ref at);
            if (!(key is null ? TryElement(json, ref at, index) : TryMember(json, ref at, key)))
            {
                return JsonFound.Nothing;
            }
        }
        SkipBlanks(json, ref at);
        int start = at;
        if (at >= json.Length || json[at] is (byte)'{' or (byte)'[' || !TrySkip(json, ref at))
        {
            return JsonFound.Nothing;
        }
        value = json[start..at];
        if (value[0] == '"')
        {
            value = value[1..^1];
            return JsonFound.Text;
        }
        if (value[0] == '-' || char.IsAsciiDigit((char)value[0]))
        {
            return JsonFound.Number;
        }
        return value.SequenceEqual("true"u8) ? JsonFound.True
            : value.SequenceEqual("false"u8) ? JsonFound.False : JsonFound.Nothing;
    }

    private static bool TryMember(ReadOnlySpan<byte> json, ref int at, ReadOnlySpan<byte> key)
    {
        if (!TryTake(json, ref at, '{'))
        {
            return false;
        }
        while (true)
        {
            SkipBlanks(json, ref at);
            int start = at + 1;
            if (at >= json.Length || json[at] != '"' || !TrySkip(json, ref at))
            {
                return false;
            }
            bool isThis = json[start..(at - 1)].SequenceEqual(key);
            SkipBlanks(json, ref at);
            if (!TryTake(json, ref at, ':'))
            {
                return false;
            }
            SkipBlanks(json, ref at);
            if (isThis)
            {
                return true;
            }
            if (!TrySkip(json, ref at))
            {
                return false;
            }
            SkipBlanks(json, ref at);
            if (!TryTake(json, ref at, ','))
            {
                return false;
            }
        }
    }

    private static bool TryElement(ReadOnlySpan<byte> json, ref int at, int index)
    {
        if (!TryTake(json, ref at, '['))
        {
            return false;
        }
        for (; index > 0; index--)
        {
            SkipBlanks(json, ref at);
            if (!TrySkip(json, ref at))
            {
                return false;
            }
            SkipBlanks(json, ref at);
            if (!TryTake(json, ref at, ','))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Goes behind a value.</summary>
    private static bool TrySkip(ReadOnlySpan<byte> json, ref int at)
    {
        int depth = 0;
        do
        {
            if (at >= json.Length)
            {
                return false;
            }
            switch (json[at])
            {
                case (byte)'"':
                    for (at++; at < json.Length && json[at] != '"'; at++)
                    {
                        at += json[at] == '\\' ? 1 : 0;
                    }
                    at++;
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    at++;
                    break;
                case (byte)'}' or (byte)']':
                    depth--;
                    at++;
                    break;
                case (byte)',' or (byte)':' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    if (depth == 0)
                    {
                        return false;
                    }
                    at++;
                    break;
                default:
                    int length = json[at..].IndexOfAny(s_ends);
                    at = length < 0 ? json.Length : at + length;
                    break;
            }
        }
        while (depth > 0);
        return depth == 0 && at <= json.Length;
    }

    private static bool TryTake(ReadOnlySpan<byte> json, ref int at, char wanted)
    {
        if (at >= json.Length || json[at] != wanted)
        {
            return false;
        }
        at++;
        return true;
    }

    private static void SkipBlanks(ReadOnlySpan<byte> json, ref int at)
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }
    }
}
