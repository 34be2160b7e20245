using Holdfast.Http.H1;
using Holdfast.Http.Headers;
using Holdfast.Proxy.Programs;

namespace Holdfast.Proxy.Http;

/// <summary>Fields whose names have other bytes than letters, digits and dashes: some servers confuse them.</summary>
internal static class RestrictedNames
{
    /// <returns>False: the request is to be refused.</returns>
    internal static bool Pass(HeadView request, NameRestriction restriction)
    {
        HeaderTable headers = request.Head.Headers;
        for (int i = 0; i < headers.Count; i++)
        {
            if (headers[i].IsRemoved || IsPlain(request.NameAt(i)))
            {
                continue;
            }
            if (restriction == NameRestriction.Reject)
            {
                return false;
            }
            request.RemoveAt(i);
        }
        return true;
    }

    private static bool IsPlain(ReadOnlySpan<byte> name)
    {
        foreach (byte b in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && b != '-')
            {
                return false;
            }
        }
        return true;
    }
}
