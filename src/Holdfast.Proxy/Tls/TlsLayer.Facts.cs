using System.Globalization;
using System.Text;
using Holdfast.HAProxy.Samples;
using Holdfast.Linux.OpenSsl;

namespace Holdfast.Proxy.Tls;

/// <summary>What expressions and log lines ask of a connection: ssl_fc_*, ssl_bc_*, ssl_c_*, ssl_f_*.</summary>
internal sealed partial class TlsLayer : ITlsFacts
{
    private const int SmallMax = 64;
    private const int CertificateMax = 16384;

    /// <inheritdoc/>
    public bool TryRead(
        string name, IReadOnlyList<string> arguments, RequestContext context, ref Sample sample)
    {
        if (!_tls.IsBegun)
        {
            return false;
        }
        int underscore = name.IndexOf('_', StringComparison.Ordinal);
        ReadOnlySpan<char> side = name.AsSpan(0, Math.Max(0, underscore));
        ReadOnlySpan<char> fact = name.AsSpan(underscore + 1);
        if (side is not ("c" or "f" or "s"))
        {
            return TryReadConnection(fact, context, ref sample)
                || (side is "fc" && TryReadKept(fact, arguments, context, ref sample));
        }
        if (fact is "chain_der")
        {
            return TryReadChain(context, ref sample);
        }
        if (side is "c" && TryReadVerdict(fact, ref sample) is { } isKnown)
        {
            return isKnown;
        }
        TlsCertificateView certificate = _tls.Certificate(isPeers: side is not "f");
        if (!certificate.IsPresent)
        {
            return false;
        }
        bool isThere = TryReadCertificate(certificate, fact, arguments, context, ref sample);
        certificate.Dispose();
        return isThere;
    }

    private bool TryReadConnection(ReadOnlySpan<char> fact, RequestContext context, ref Sample sample)
    {
        switch (fact)
        {
            case "protocol":
                return sample.SetText(_tls.Version);
            case "cipher":
                return !_tls.Cipher.IsEmpty && sample.SetText(_tls.Cipher);
            case "sni":
                return !_tls.ServerName.IsEmpty && sample.SetText(_tls.ServerName);
            case "has_sni":
                return sample.Set(!_tls.ServerName.IsEmpty);
            case "alpn":
                return !_tls.Protocol.IsEmpty && sample.SetText(_tls.Protocol);
            case "is_resumed":
                return sample.Set(_tls.IsResumed);
            case "has_crt":
                return sample.Set(HasPeerCertificate() && !_tls.IsResumed);
            case "has_early":
                return sample.Set(false);
            case "alg_keysize":
                return sample.Set((long)_tls.AlgorithmBits);
            case "use_keysize":
                return sample.Set((long)_tls.CipherBits);
            case "session_id":
                return !_tls.SessionId.IsEmpty && sample.SetBinary(_tls.SessionId);
            case "err":
                return sample.Set((long)_tls.Error);
            case "err_str":
                return _tls.Error != 0 && SetText(_tls.ErrorText, context, ref sample);
            default:
                return TryReadSecret(fact, context, ref sample);
        }
    }

    private bool TryReadSecret(ReadOnlySpan<char> fact, RequestContext context, ref Sample sample)
    {
        if (!context.Scratch.TryTake(SmallMax, out Span<byte> room))
        {
            return false;
        }
        int length = fact switch
        {
            "unique_id" => _tls.ReadUniqueId(room),
            "client_random" => _tls.ReadClientRandom(room),
            "server_random" => _tls.ReadServerRandom(room),
            "session_key" => _tls.ReadSessionKey(room),
            _ => 0,
        };
        return length > 0 && sample.SetBinary(room[..length]);
    }

    /// <returns>Null: it is a fact of the certificate.</returns>
    private bool? TryReadVerdict(ReadOnlySpan<char> fact, ref Sample sample) => fact switch
    {
        "used" => sample.Set(HasPeerCertificate()),
        "verify" => sample.Set((long)_tls.VerifyResult),
        "err" => sample.Set((long)_tls.CertificateError),
        "ca_err" => sample.Set((long)_tls.AuthorityError),
        "ca_err_depth" => sample.Set((long)_tls.AuthorityErrorDepth),
        _ => null,
    };

    private bool TryReadChain(RequestContext context, ref Sample sample)
    {
        // A session that is resumed has the peer's certificate, and those behind it only by accident.
        if (_tls.IsResumed || !context.Scratch.TryTake(CertificateMax, out Span<byte> room))
        {
            return false;
        }
        int length = _tls.ReadChainDer(room);
        context.Scratch.Shrink(room.Length - length);
        return length > 0 && sample.SetBinary(room[..length]);
    }

    private bool HasPeerCertificate()
    {
        TlsCertificateView certificate = _tls.Certificate(isPeers: true);
        bool isPresent = certificate.IsPresent;
        certificate.Dispose();
        return isPresent;
    }

    private static bool TryReadCertificate(scoped TlsCertificateView certificate, ReadOnlySpan<char> fact,
        IReadOnlyList<string> arguments, RequestContext context, ref Sample sample)
    {
        switch (fact)
        {
            case "version":
                return sample.Set((long)certificate.Version);
            case "sig_alg":
                return SetText(certificate.SignatureAlgorithm, context, ref sample);
            case "key_alg":
                return SetText(certificate.KeyAlgorithm, context, ref sample);
            case "key_kind": // as the PROXY header names it
                return SetText(certificate.KeyKind, context, ref sample);
            case "notbefore":
                return SetText(certificate.NotBefore, context, ref sample);
            case "notafter":
                return SetText(certificate.NotAfter, context, ref sample);
            case "s_dn" or "i_dn":
                return TryReadName(certificate, fact is "i_dn", arguments, context, ref sample);
            case "serial":
                return SetText(certificate.Serial, context, ref sample) && sample.SetBinary(sample.Bytes);
            default:
                break;
        }
        if (!context.Scratch.TryTake(CertificateMax, out Span<byte> room))
        {
            return false;
        }
        int length = fact is "der" ? certificate.ReadDer(room) : fact is "sha1" ? certificate.ReadSha1(room) : 0;
        length = length > room.Length ? 0 : length;
        context.Scratch.Shrink(room.Length - length);
        return length > 0 && sample.SetBinary(room[..length]);
    }

    private static bool TryReadName(scoped TlsCertificateView certificate, bool isIssuer,
        IReadOnlyList<string> arguments, RequestContext context, ref Sample sample)
    {
        if (!context.Scratch.TryTake(CertificateMax, out Span<byte> room))
        {
            return false;
        }
        string entry = arguments.Count > 0 ? arguments[0] : "";
        int position = arguments.Count > 1
            && int.TryParse(arguments[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
                ? number : 1;
        Span<byte> wanted = stackalloc byte[SmallMax];
        int length;
        if (entry.Length > 0)
        {
            length = entry.Length > wanted.Length ? -1 : certificate.ReadNameEntry(
                isIssuer, wanted[..Encoding.ASCII.GetBytes(entry, wanted)], position, room);
        }
        else if (arguments.Count > 2 && arguments[2] == "rfc2253")
        {
            length = certificate.ReadNameRfc2253(isIssuer, room);
        }
        else
        {
            length = certificate.ReadName(isIssuer, room);
        }
        context.Scratch.Shrink(room.Length - Math.Max(0, length));
        return length > 0 && sample.SetText(room[..length]);
    }

    private static bool SetText(scoped ReadOnlySpan<byte> text, RequestContext context, ref Sample sample)
    {
        if (text.IsEmpty || !context.Scratch.TryTake(text.Length, out Span<byte> room))
        {
            return false;
        }
        text.CopyTo(room);
        return sample.SetText(room);
    }

    private static bool SetText(string text, RequestContext context, ref Sample sample)
        => SetText(Encoding.UTF8.GetBytes(text), context, ref sample);
}
