using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Linux.OpenSsl;
using Holdfast.Nginx.Texts;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Tls;

namespace Holdfast.Web.Tls;

/// <summary>Variables <c>$ssl_*</c> of a client's connection.</summary>
internal static class TlsVariables
{
    private const int CertificateMax = 16384;

    /// <summary>Reads one.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="name">Its name, without dollar.</param>
    /// <param name="arena">Where texts are kept that are made.</param>
    /// <param name="value">Its value.</param>
    /// <returns>Whether it has one.</returns>
    internal static bool TryRead(
        Connection? connection, string name, TextArena arena, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (connection?.Layer is not TlsLayer { IsReady: true } layer)
        {
            return false;
        }
        TlsConnection tls = layer.Tls;
        switch (name)
        {
            case "ssl_protocol":
                value = tls.Version;
                return true;
            case "ssl_cipher":
                value = tls.Cipher;
                return true;
            case "ssl_server_name":
                value = tls.ServerName;
                return !value.IsEmpty;
            case "ssl_alpn_protocol":
                value = tls.Protocol;
                return !value.IsEmpty;
            case "ssl_session_reused":
                value = tls.IsResumed ? "r"u8 : "."u8;
                return true;
            case "ssl_session_id":
                value = arena.Keep(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(tls.SessionId)));
                return !value.IsEmpty;
            case "ssl_client_verify":
                return TryReadVerdict(tls, arena, out value);
            default:
                return name.StartsWith("ssl_client_", StringComparison.Ordinal)
                    && TryReadCertificate(tls, name["ssl_client_".Length..], arena, out value);
        }
    }

    private static bool TryReadVerdict(TlsConnection tls, TextArena arena, out ReadOnlySpan<byte> value)
    {
        TlsCertificateView certificate = tls.Certificate(isPeers: true);
        bool isPresent = certificate.IsPresent;
        certificate.Dispose();
        value = !isPresent ? "NONE"u8 : tls.VerifyResult == 0 ? "SUCCESS"u8
            : arena.Keep([.. "FAILED:"u8, .. tls.VerifyText]);
        return true;
    }

    private static bool TryReadCertificate(
        TlsConnection tls, string fact, TextArena arena, out ReadOnlySpan<byte> value)
    {
        value = default;
        TlsCertificateView certificate = tls.Certificate(isPeers: true);
        if (!certificate.IsPresent)
        {
            return false;
        }
        Span<byte> room = stackalloc byte[20];
        byte[] large = [];
        string? text = null;
        switch (fact)
        {
            case "serial":
                text = Convert.ToHexString(certificate.Serial);
                break;
            case "fingerprint":
                text = Convert.ToHexStringLower(room[..Math.Max(0, certificate.ReadSha1(room))]);
                break;
            case "s_dn" or "i_dn":
                large = new byte[CertificateMax];
                text = Encoding.UTF8.GetString(
                    large, 0, Math.Max(0, certificate.ReadNameRfc2253(fact == "i_dn", large)));
                break;
            case "s_dn_legacy" or "i_dn_legacy":
                large = new byte[CertificateMax];
                text = Encoding.UTF8.GetString(
                    large, 0, Math.Max(0, certificate.ReadName(fact == "i_dn_legacy", large)));
                break;
            case "v_start":
                text = TimeText(certificate.ValidFrom);
                break;
            case "v_end":
                text = TimeText(certificate.ValidUntil);
                break;
            case "v_remain":
                double days = (certificate.ValidUntil - TimeProvider.System.GetUtcNow().UtcDateTime).TotalDays;
                text = ((long)Math.Max(0, days)).ToString(CultureInfo.InvariantCulture);
                break;
            case "escaped_cert":
                large = new byte[CertificateMax];
                text = Uri.EscapeDataString(
                    Pem(large.AsSpan(0, Math.Max(0, certificate.ReadDer(large))), isIndented: false));
                break;
            case "raw_cert" or "cert":
                large = new byte[CertificateMax];
                text = Pem(large.AsSpan(0, Math.Max(0, certificate.ReadDer(large))), isIndented: fact == "cert");
                break;
            default:
                break;
        }
        certificate.Dispose();
        value = text is null ? default : arena.Keep(Encoding.UTF8.GetBytes(text));
        return text is not null;
    }

    /// <summary>As the library prints it.</summary>
    private static string TimeText(DateTime time) => string.Create(
        CultureInfo.InvariantCulture, $"{time:MMM} {time.Day,2} {time:HH:mm:ss yyyy} GMT");

    /// <summary>With a tab before each line but the first, for headers.</summary>
    private static string Pem(ReadOnlySpan<byte> der, bool isIndented)
    {
        string pem = PemEncoding.WriteString("CERTIFICATE", der);
        return isIndented ? pem.Replace("\n", "\n\t", StringComparison.Ordinal) : pem + "\n";
    }
}
