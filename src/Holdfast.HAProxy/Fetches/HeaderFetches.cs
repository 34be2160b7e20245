using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Fetches;

/// <summary>Header fields of requests and responses.</summary>
internal static class HeaderFetches
{
    /// <summary>From the end no more than so many values are counted.</summary>
    private const int HistoryMax = 10;

    private enum Part
    {
        Value,
        Whole,
    }

    public static void Register(Dictionary<string, StepFactory> table)
    {
        // hdr follows the direction of the rule that it stands in.
        table.Register("hdr", static a => Value(a, Part.Value, null));
        table.Register("req.hdr", static a => Value(a, Part.Value, false));
        table.Register("res.hdr shdr", static a => Value(a, Part.Value, true));
        table.Register("req.fhdr", static a => Value(a, Part.Whole, false));
        table.Register("res.fhdr", static a => Value(a, Part.Whole, true));
        table.Register("hdr_cnt req.hdr_cnt", static a => Count(a, Part.Value, false));
        table.Register("res.hdr_cnt shdr_cnt", static a => Count(a, Part.Value, true));
        table.Register("req.fhdr_cnt", static a => Count(a, Part.Whole, false));
        table.Register("res.fhdr_cnt", static a => Count(a, Part.Whole, true));
        table.Register("hdr_val req.hdr_val", static a => Number(a, false));
        table.Register("res.hdr_val shdr_val", static a => Number(a, true));
        table.Register("hdr_ip req.hdr_ip", static a => Address(a, false));
        table.Register("res.hdr_ip shdr_ip", static a => Address(a, true));
        table.Register("req.hdr_names", static a => Names(a, false));
        table.Register("res.hdr_names", static a => Names(a, true));
        table.Register("req.hdrs", static a => Lines(false));
        table.Register("res.hdrs", static a => Lines(true));
        table.Register("req.hdrs_bin", static (c, ref s) => HeaderBlock.Write(c, ref s, isResponse: false));
        table.Register("res.hdrs_bin", static (c, ref s) => HeaderBlock.Write(c, ref s, isResponse: true));
    }

    private static bool TryView(RequestContext c, bool? isResponse, scoped ref Sample s, out HeadView view)
    {
        bool response = isResponse ?? c.IsResponse;
        bool has = response ? RequestFetches.HasResponse(c, ref s) : RequestFetches.HasRequest(c, ref s);
        view = has ? response ? c.Response : c.Request : default;
        return has;
    }

    private static SampleStep Value(StepArguments a, Part part, bool? isResponse)
    {
        byte[] name = a.Bytes(0);
        int occurrence = (int)a.Integer(1);
        bool walks = a.Iterates && occurrence == 0;
        return (c, ref s) =>
        {
            if (!TryView(c, isResponse, ref s, out HeadView view))
            {
                return false;
            }
            if (walks)
            {
                return Walk(view, name, part, ref s);
            }
            int wanted = occurrence == 0 ? -1 : occurrence;
            return wanted >= -HistoryMax && TryFind(view, name, part, wanted, out ReadOnlySpan<byte> value)
                && s.SetText(value);
        };
    }

    /// <summary>The value at the walk's position, and whether there is one more.</summary>
    private static bool Walk(HeadView view, byte[] name, Part part, ref Sample s)
    {
        int wanted = ++s.Position;
        s.HasMore = TryFind(view, name, part, wanted + 1, out _);
        return TryFind(view, name, part, wanted, out ReadOnlySpan<byte> value) && s.SetText(value);
    }

    private static bool TryFind(
        HeadView view, byte[] name, Part part, int occurrence, out ReadOnlySpan<byte> value)
    {
        if (name.Length > 0)
        {
            return part == Part.Value ? view.TryValue(name, occurrence, out value)
                : view.TryField(name, occurrence, out value);
        }
        // Without a name, all fields are values.
        value = default;
        int nth = occurrence >= 0 ? occurrence : CountAll(view, part) + 1 + occurrence;
        for (int i = 0; i < view.Head.Headers.Count && nth > 0; i++)
        {
            if (view.Head.Headers[i].IsRemoved)
            {
                continue;
            }
            if (part == Part.Whole)
            {
                value = view.ValueAt(i);
                nth--;
                continue;
            }
            var members = new Http.Headers.ValueList(view.ValueAt(i));
            while (nth > 0 && members.MoveNext())
            {
                value = members.Current;
                nth--;
            }
        }
        return nth == 0 && occurrence != 0;
    }

    private static int CountAll(HeadView view, Part part)
    {
        int count = 0;
        for (int i = 0; i < view.Head.Headers.Count; i++)
        {
            if (view.Head.Headers[i].IsRemoved)
            {
                continue;
            }
            if (part == Part.Whole)
            {
                count++;
                continue;
            }
            foreach (ReadOnlySpan<byte> _ in new Http.Headers.ValueList(view.ValueAt(i)))
            {
                count++;
            }
        }
        return count;
    }

    private static SampleStep Count(StepArguments a, Part part, bool isResponse)
    {
        byte[] name = a.Bytes(0);
        return (c, ref s) => TryView(c, isResponse, ref s, out HeadView view) && s.Set((long)(
            name.Length == 0 ? CountAll(view, part)
            : part == Part.Value ? view.CountValues(name) : view.CountFields(name)));
    }

    private static SampleStep Number(StepArguments a, bool isResponse)
    {
        SampleStep value = Value(a, Part.Value, isResponse);
        return (c, ref s) => value(c, ref s) && s.Set(Numbers.Read32(s.Bytes));
    }

    private static SampleStep Address(StepArguments a, bool isResponse)
    {
        SampleStep value = Value(a, Part.Value, isResponse);
        return (c, ref s) =>
        {
            while (value(c, ref s))
            {
                if (TryAddress(s.Bytes, out IpAddress address))
                {
                    return s.Set(address);
                }
                if (!s.HasMore)
                {
                    break;
                }
            }
            return false;
        };
    }

    /// <summary>An address, with a port behind IPv4.</summary>
    private static bool TryAddress(ReadOnlySpan<byte> text, out IpAddress address)
    {
        if (AddressText.TryParseV4(text, out int length, out address))
        {
            ReadOnlySpan<byte> rest = text[length..];
            return rest.IsEmpty || (rest is [(byte)':', _, ..]
                && rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && Numbers.Read(rest[1..]) <= 65535);
        }
        return AddressText.TryParse(text, out address) && address.IsV6;
    }

    private static SampleStep Names(StepArguments a, bool isResponse)
    {
        byte separator = a.Has(0) ? a.Bytes(0)[0] : (byte)',';
        return (c, ref s) =>
        {
            if (!TryView(c, isResponse, ref s, out HeadView view)
                || !c.Scratch.TryTake(Total(view), out Span<byte> room))
            {
                return false;
            }
            int at = 0;
            for (int i = 0; i < view.Head.Headers.Count; i++)
            {
                if (!view.Head.Headers[i].IsRemoved)
                {
                    if (at > 0)
                    {
                        room[at++] = separator;
                    }
                    // The original keeps all names in lower case.
                    at += PutLower(view.NameAt(i), room[at..]);
                }
            }
            return s.SetText(room[..at]);
        };
    }

    private static SampleStep Lines(bool isResponse) => (c, ref s) =>
    {
        if (!TryView(c, isResponse, ref s, out HeadView view) || !c.Scratch.TryTake(Total(view), out Span<byte> room))
        {
            return false;
        }
        int at = 0;
        for (int i = 0; i < view.Head.Headers.Count; i++)
        {
            if (!view.Head.Headers[i].IsRemoved)
            {
                at += PutLower(view.NameAt(i), room[at..]);
                at += Put(": "u8, room[at..]);
                at += Put(view.ValueAt(i), room[at..]);
                at += Put("\r\n"u8, room[at..]);
            }
        }
        at += Put("\r\n"u8, room[at..]);
        return s.SetBinary(room[..at]);
    };

    private static int Total(HeadView view)
    {
        int total = 2;
        for (int i = 0; i < view.Head.Headers.Count; i++)
        {
            total += view.Head.Headers[i].IsRemoved ? 0
                : view.NameAt(i).Length + view.ValueAt(i).Length + 4;
        }
        return total;
    }

    private static int Put(ReadOnlySpan<byte> text, Span<byte> to)
    {
        text.CopyTo(to);
        return text.Length;
    }

    private static int PutLower(ReadOnlySpan<byte> text, Span<byte> to)
    {
        for (int i = 0; i < text.Length; i++)
        {
            to[i] = Http.Headers.HttpText.Lower(text[i]);
        }
        return text.Length;
    }
}
