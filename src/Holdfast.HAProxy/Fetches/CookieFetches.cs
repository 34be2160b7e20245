using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Http.Headers;

namespace Holdfast.HAProxy.Fetches;

/// <summary>Cookies of requests and responses.</summary>
internal static class CookieFetches
{
    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("cook req.cook", static a => Value(a, false));
        table.Register("cookie", static a => Value(a, null));
        table.Register("res.cook scook", static a => Value(a, true));
        table.Register("cook_cnt req.cook_cnt", static a => Count(a, false));
        table.Register("res.cook_cnt scook_cnt", static a => Count(a, true));
        table.Register("cook_val req.cook_val", static a => Number(a, false));
        table.Register("res.cook_val scook_val", static a => Number(a, true));
    }

    private static SampleStep Value(StepArguments a, bool? isResponse)
    {
        byte[] name = a.Bytes(0);
        bool iterates = a.Iterates;
        return (c, ref s) =>
        {
            bool response = isResponse ?? c.IsResponse;
            if (!(response ? RequestFetches.HasResponse(c, ref s) : RequestFetches.HasRequest(c, ref s)))
            {
                return false;
            }
            // An ACL sees one after the other, all else the last one.
            int wanted = iterates ? ++s.Position : int.MaxValue;
            HeadView view = response ? c.Response : c.Request;
            Find(view, response, name, wanted, out ReadOnlySpan<byte> value, out int count);
            s.HasMore = iterates && count == wanted;
            return (iterates ? count == wanted : count > 0) && s.SetText(value);
        };
    }

    private static SampleStep Count(StepArguments a, bool isResponse)
    {
        byte[] name = a.Bytes(0);
        return (c, ref s) =>
        {
            if (!(isResponse ? RequestFetches.HasResponse(c, ref s) : RequestFetches.HasRequest(c, ref s)))
            {
                return false;
            }
            Find(isResponse ? c.Response : c.Request, isResponse, name, int.MaxValue, out _, out int count);
            return s.Set((long)count);
        };
    }

    private static SampleStep Number(StepArguments a, bool isResponse)
    {
        SampleStep value = Value(a, isResponse);
        return (c, ref s) => value(c, ref s) && s.Set(Numbers.Read32(s.Bytes));
    }

    /// <summary>
    /// The so-many-th cookie of the name, or the last one, and how many it has seen. Any cookie for no name.
    /// </summary>
    private static void Find(
        HeadView view, bool isResponse, byte[] name, int wanted, out ReadOnlySpan<byte> value, out int count)
    {
        count = 0;
        value = default;
        KnownHeader field = isResponse ? KnownHeader.SetCookie : KnownHeader.Cookie;
        for (int i = view.Find(field); i >= 0; i = view.Find(field, i))
        {
            var cookies = new CookieList(view.ValueAt(i));
            while (cookies.MoveNext())
            {
                bool isIt = name.Length == 0 ? cookies.Name.Length > 0 : cookies.Name.SequenceEqual(name);
                if (isIt)
                {
                    value = cookies.Value;
                    if (++count == wanted)
                    {
                        return;
                    }
                }
                if (isResponse)
                {
                    // The parts behind the first one are attributes.
                    break;
                }
            }
        }
    }
}
