using Holdfast.HAProxy.Fetches;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.Headers;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Converters;

/// <summary>Texts: case, trimming, joining, replacing, comparing.</summary>
internal static class TextConverters
{
    private delegate byte ByteMap(byte value);

    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("lower", static (c, ref s) => Map(c, ref s, HttpText.Lower));
        table.Register("upper", static (c, ref s) => Map(c, ref s, static b => b is >= (byte)'a' and <= (byte)'z'
            ? (byte)(b - 32) : b));
        table.Register("length", static (_, ref s) => s.Set((long)s.Bytes.Length));
        table.Register("concat", Concat);
        table.Register("add_item", AddItem);
        table.Register("strcmp", Compare);
        table.Register("secure_memcmp", SecureCompare);
        table.Register("regsub", Regsub);
        table.Register("cut_crlf", static (_, ref s) => s.SetText(CutLine(s.Bytes)));
        table.Register("ltrim", static a => Trim(a, true, false));
        table.Register("rtrim", static a => Trim(a, false, true));
        table.Register("host_only", static (c, ref s) => s.SetText(s.Bytes[..PortMark(s.Bytes)])
            && Map(c, ref s, HttpText.Lower));
        table.Register("port_only", static (_, ref s) => s.Set(PortMark(s.Bytes) is var at && at < s.Bytes.Length
            ? Numbers.Read32(s.Bytes[(at + 1)..]) : 0L));
    }

    private static bool Map(RequestContext c, ref Sample s, ByteMap map)
    {
        if (!c.Scratch.TryTake(s.Bytes.Length, out Span<byte> room))
        {
            return false;
        }
        for (int i = 0; i < room.Length; i++)
        {
            room[i] = map(s.Bytes[i]);
        }
        return s.SetText(room);
    }

    private static ReadOnlySpan<byte> CutLine(ReadOnlySpan<byte> text)
        => text.IndexOfAny((byte)'\r', (byte)'\n') is var end and >= 0 ? text[..end] : text;

    /// <summary>
    /// Where the colon of a port stands; the length when there is none. Colons in brackets do not count.
    /// </summary>
    private static int PortMark(ReadOnlySpan<byte> host)
    {
        int at = host.Length;
        while (at > 0 && (uint)(host[at - 1] - '0') <= 9)
        {
            at--;
        }
        return at > 0 && host[at - 1] == ':' ? at - 1 : host.Length;
    }

    private static bool TryJoin(
        RequestContext c, ref Sample s, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> d)
    {
        int length = s.Bytes.Length;
        if (!c.Scratch.TryTake(length + a.Length + b.Length + d.Length, out Span<byte> room))
        {
            return false;
        }
        s.Bytes.CopyTo(room);
        a.CopyTo(room[length..]);
        b.CopyTo(room[(length + a.Length)..]);
        d.CopyTo(room[(length + a.Length + b.Length)..]);
        return s.SetText(room);
    }

    private static SampleStep Concat(StepArguments a)
    {
        byte[] start = a.Bytes(0);
        byte[] end = a.Bytes(2);
        VariableTable variables = a.Environment.Variables;
        Variable? variable = a.Has(1) ? variables.Of(a.Text(1)) : null;
        return (c, ref s) =>
        {
            var middle = new Sample();
            bool has = variable is { } name && variables.TryRead(name, c, ref middle) && Casts.TryText(c, ref middle);
            return TryJoin(c, ref s, start, has ? middle.Bytes : [], end);
        };
    }

    private static SampleStep AddItem(StepArguments a)
    {
        byte[] separator = a.Bytes(0);
        byte[] suffix = a.Bytes(2);
        VariableTable variables = a.Environment.Variables;
        Variable? variable = a.Has(1) ? variables.Of(a.Text(1)) : null;
        return (c, ref s) =>
        {
            var item = new Sample();
            bool has = variable is { } name && variables.TryRead(name, c, ref item) && Casts.TryText(c, ref item);
            if (!has && suffix.Length == 0)
            {
                return true;
            }
            return TryJoin(c, ref s, s.Bytes.IsEmpty ? [] : separator, has ? item.Bytes : [], suffix);
        };
    }

    private static SampleStep Compare(StepArguments a)
    {
        VariableTable variables = a.Environment.Variables;
        Variable variable = variables.Of(a.Text(0));
        return (c, ref s) =>
        {
            var other = new Sample();
            if (!variables.TryRead(variable, c, ref other) || !Casts.TryText(c, ref other))
            {
                return false;
            }
            int common = Math.Min(s.Bytes.Length, other.Bytes.Length);
            for (int i = 0; i < common; i++)
            {
                if (s.Bytes[i] != other.Bytes[i])
                {
                    return s.Set((long)(s.Bytes[i] - other.Bytes[i]));
                }
            }
            // As strncmp and then the lengths.
            return s.Set((long)Math.Sign(s.Bytes.Length - other.Bytes.Length));
        };
    }

    private static SampleStep SecureCompare(StepArguments a)
    {
        VariableTable variables = a.Environment.Variables;
        Variable variable = variables.Of(a.Text(0));
        return (c, ref s) =>
        {
            var other = new Sample();
            return variables.TryRead(variable, c, ref other) && s.Set(
                System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(s.Bytes, other.Bytes));
        };
    }

    private static SampleStep Trim(StepArguments a, bool left, bool right)
    {
        byte[] set = a.Bytes(0);
        return (_, ref s) =>
        {
            ReadOnlySpan<byte> text = s.Bytes;
            text = left ? text.TrimStart(set) : text;
            return s.SetText(right ? text.TrimEnd(set) : text);
        };
    }

    private static SampleStep Regsub(StepArguments a)
    {
        string flags = a.Text(2);
        IRegex regex = a.Environment.Regex.Compile(a.Text(0), flags.Contains('i', StringComparison.Ordinal));
        var replacement = new RegexReplacement(a.Bytes(1));
        bool isGlobal = flags.Contains('g', StringComparison.Ordinal);
        return (c, ref s) =>
        {
            if (!c.Scratch.TryTake(StoredBytes.LengthMax, out Span<byte> room))
            {
                return false;
            }
            int length = replacement.ReplaceIn(s.Bytes, regex, isGlobal, room);
            c.Scratch.Shrink(room.Length - Math.Max(0, length));
            return length >= 0 && s.SetText(room[..length]);
        };
    }
}
