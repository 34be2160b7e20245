using System.Text;
using Holdfast.Linux.OpenSsl;
using Holdfast.Proxy.Tls;
using Holdfast.Web.Http.Places;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Http;

/// <summary>What a server demands of TLS.</summary>
internal sealed partial class Exchange
{
    private SiteProgram? _chosen;

    /// <summary>A client that has shown its certificate to one server may not go on to another that asks for one.
    /// </summary>
    private bool IsMisdirected(SiteProgram named, SiteProgram chosen)
    {
        if (chosen.Verify == ClientVerify.None || ReferenceEquals(named, chosen) && IsNamed())
        {
            return false;
        }
        Report(ErrorLevel.Info,
            "client attempted to request the server name different from the one that was negotiated");
        return true;
    }

    /// <summary>Whether the host is what TLS was asked for.</summary>
    private bool IsNamed() => Session.Client?.Layer is TlsLayer layer
        && Ascii.EqualsIgnoreCase(layer.Tls.ServerName, Request.HostName.Span);

    /// <returns>0, or the status of the answer.</returns>
    private int JudgeTls()
    {
        if (Session.IsPlainByMistake)
        {
            Report(ErrorLevel.Info, "client sent plain HTTP request to HTTPS port");
            return 497;
        }
        if (_chosen is not { Verify: not ClientVerify.None and var verify }
            || Session.Client?.Layer is not TlsLayer { Tls: var tls })
        {
            return 0;
        }
        int result = tls.VerifyResult;
        if (result != 0 && !(verify == ClientVerify.WithoutAuthority && IsOfAuthority(result)))
        {
            Report(ErrorLevel.Info, $"client SSL certificate verify error: ({result}:"
                + $"{Encoding.ASCII.GetString(tls.VerifyText)})");
            return 495;
        }
        if (verify == ClientVerify.Required && !HasCertificate(tls))
        {
            Report(ErrorLevel.Info, "client sent no required SSL certificate");
            return 496;
        }
        return 0;
    }

    private static bool HasCertificate(TlsConnection tls)
    {
        TlsCertificateView certificate = tls.Certificate(isPeers: true);
        bool isPresent = certificate.IsPresent;
        certificate.Dispose();
        return isPresent;
    }

    /// <summary>X509_V_ERR_*: signed by itself, in the chain as well, by nobody known, not trusted.</summary>
    private static bool IsOfAuthority(int error) => error is 18 or 19 or 20 or 21 or 27;
}
