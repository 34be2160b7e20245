using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Fetches;

/// <summary>Parameters of the query and of form bodies.</summary>
internal static class ParameterFetches
{
    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("urlp url_param", static a => Parameter(a));
        table.Register("urlp_val", static a =>
        {
            SampleStep value = Parameter(a);
            return (c, ref s) => value(c, ref s) && s.Set(Numbers.Read32(s.Bytes));
        });
        table.Register("req.body_param", BodyParameter);
    }

    private static SampleStep Parameter(StepArguments a)
    {
        byte[] name = a.Bytes(0);
        byte mark = a.Has(1) ? a.Bytes(1)[0] : (byte)'?';
        bool iterates = a.Iterates;
        return (c, ref s) =>
        {
            if (!RequestFetches.HasRequest(c, ref s))
            {
                return false;
            }
            ReadOnlySpan<byte> target = c.Request.Target;
            int start = target.IndexOf(mark);
            return start >= 0 && TryFind(target[(start + 1)..], name, mark, iterates, ref s);
        };
    }

    private static SampleStep BodyParameter(StepArguments a)
    {
        byte[] name = a.Bytes(0);
        bool iterates = a.Iterates;
        return (c, ref s) => RequestFetches.HasRequest(c, ref s)
            && TryFind(c.Source.RequestBody, name, (byte)'&', iterates, ref s)
            && s.SetBinary(s.Bytes);
    }

    private static bool TryFind(
        ReadOnlySpan<byte> list, ReadOnlySpan<byte> name, byte mark, bool iterates, ref Sample s)
    {
        int at = iterates ? s.Position : 0;
        while (at < list.Length)
        {
            ReadOnlySpan<byte> rest = list[at..];
            int length = rest.IndexOfAny((byte)'&', (byte)';', mark);
            ReadOnlySpan<byte> part = length < 0 ? rest : rest[..length];
            at += part.Length + 1;
            int equals = part.IndexOf((byte)'=');
            if (equals >= 0 && (name.IsEmpty || part[..equals].SequenceEqual(name)))
            {
                s.Position = at;
                s.HasMore = iterates && at < list.Length;
                return s.SetText(part[(equals + 1)..]);
            }
        }
        return false;
    }
}
