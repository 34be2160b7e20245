using System.Globalization;
using System.Text;

namespace Holdfast.Linux.OpenSsl;

/// <summary>An authority's answer that a certificate is valid (RFC 6960).</summary>
internal static unsafe class OcspResponse
{
    /// <summary>Clocks differ: an answer counts as over so many seconds before it is. The original's number.</summary>
    private const int SkewSeconds = 300;

    private const string TimeFormat = "yyyyMMddHHmmss'Z'";

    /// <summary>Reads one.</summary>
    /// <param name="response">DER.</param>
    /// <param name="until">When it is over, in seconds since 1970; no answer without an end is ever sent.</param>
    /// <returns>Whether it is a whole answer that tells of a certificate.</returns>
    internal static bool TryRead(byte[] response, out long until)
    {
        until = 0;
        fixed (byte* bytes = response)
        {
            byte* at = bytes;
            void* read = LibSsl.d2i_OCSP_RESPONSE(null, &at, response.Length);
            bool isGood = read is not null
                && LibSsl.OCSP_response_status(read) == LibSsl.OCSP_RESPONSE_STATUS_SUCCESSFUL;
            void* basic = isGood ? LibSsl.OCSP_response_get1_basic(read) : null;
            void* single = basic is null ? null : LibSsl.OCSP_resp_get0(basic, 0);
            if (single is not null)
            {
                void* from = null;
                void* end = null;
                _ = LibSsl.OCSP_single_get0_status(single, null, null, &from, &end);
                until = end is null ? 0 : Seconds(end) - SkewSeconds;
            }
            LibSsl.OCSP_BASICRESP_free(basic);
            LibSsl.OCSP_RESPONSE_free(read);
            LibSsl.ERR_clear_error();
            return isGood && single is not null;
        }
    }

    private static long Seconds(void* time)
    {
        string text = Encoding.ASCII.GetString(new ReadOnlySpan<byte>(
            LibSsl.ASN1_STRING_get0_data(time), LibSsl.ASN1_STRING_length(time)));
        return DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out DateTimeOffset parsed) ? parsed.ToUnixTimeSeconds() : 0;
    }
}
