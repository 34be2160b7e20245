using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Proxy.Programs;

namespace Holdfast.Proxy.Http;

/// <summary><c>capture cookie</c>: the first cookie whose name begins so, as "name=value".</summary>
internal static class CookieCapture
{
    internal static void OfRequest(HeadView request, CapturedHeader wanted, StoredBytes to)
    {
        for (int at = request.Find("cookie"u8); at >= 0; at = request.Find("cookie"u8, at))
        {
            ReadOnlySpan<byte> rest = request.ValueAt(at);
            while (!rest.IsEmpty)
            {
                int end = rest.IndexOf((byte)';');
                ReadOnlySpan<byte> pair = (end < 0 ? rest : rest[..end]).Trim((byte)' ');
                if (TryKeep(pair, wanted, to))
                {
                    return;
                }
                rest = end < 0 ? default : rest[(end + 1)..];
            }
        }
    }

    internal static void OfResponse(HeadView response, CapturedHeader wanted, StoredBytes to)
    {
        for (int at = response.Find("set-cookie"u8); at >= 0; at = response.Find("set-cookie"u8, at))
        {
            ReadOnlySpan<byte> value = response.ValueAt(at);
            int end = value.IndexOf((byte)';');
            if (TryKeep((end < 0 ? value : value[..end]).Trim((byte)' '), wanted, to))
            {
                return;
            }
        }
    }

    private static bool TryKeep(ReadOnlySpan<byte> pair, CapturedHeader wanted, StoredBytes to)
        => pair.StartsWith(wanted.Name) && pair.Contains((byte)'=')
            && to.TryKeep(pair[..Math.Min(pair.Length, wanted.Length)]);
}
