using System.Buffers;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Uris;

namespace Holdfast.Nginx.Logs;

/// <summary>How values are written into log lines, so that nobody can forge a line.</summary>
internal static class LogEscaping
{
    private static readonly SearchValues<byte> s_odd = SearchValues.Create(
    [
        .. Enumerable.Range(0, 256).Where(static one => one is < 0x20 or > 0x7E or '"' or '\\')
            .Select(static one => (byte)one),
    ]);

    private static readonly SearchValues<byte> s_oddInJson = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(static one => (byte)one), (byte)'"', (byte)'\\']);

    /// <summary>Quotes, backslashes and what is not printable ASCII become "\xHH".</summary>
    internal static void PutDefault(TextBuilder line, ReadOnlySpan<byte> value)
    {
        for (int at; (at = value.IndexOfAny(s_odd)) >= 0; value = value[(at + 1)..])
        {
            line.Put(value[..at]);
            line.Put("\\x"u8);
            PutHex(line, value[at]);
        }
        line.Put(value);
    }

    /// <summary>As a string of JSON.</summary>
    internal static void PutJson(TextBuilder line, ReadOnlySpan<byte> value)
    {
        for (int at; (at = value.IndexOfAny(s_oddInJson)) >= 0; value = value[(at + 1)..])
        {
            line.Put(value[..at]);
            switch (value[at])
            {
                case (byte)'"':
                    line.Put("\\\""u8);
                    break;
                case (byte)'\\':
                    line.Put("\\\\"u8);
                    break;
                case (byte)'\n':
                    line.Put("\\n"u8);
                    break;
                case (byte)'\r':
                    line.Put("\\r"u8);
                    break;
                case (byte)'\t':
                    line.Put("\\t"u8);
                    break;
                case (byte)'\b':
                    line.Put("\\b"u8);
                    break;
                case (byte)'\f':
                    line.Put("\\f"u8);
                    break;
                default:
                    line.Put("\\u00"u8);
                    PutHex(line, value[at]);
                    break;
            }
        }
        line.Put(value);
    }

    private static void PutHex(TextBuilder line, byte value)
    {
        HexPair.Write(value, line.Room(HexPair.Length));
        line.Advance(HexPair.Length);
    }
}
