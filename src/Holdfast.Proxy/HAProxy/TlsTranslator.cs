using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Linux.OpenSsl;
using Holdfast.Primitives;
using TlsModel = Holdfast.Config.HAProxy.Model.TlsSettings;

namespace Holdfast.Proxy.HAProxy;

/// <summary>TLS of bind and server lines, with the files that they name.</summary>
internal sealed class TlsTranslator
{
    private const int TicketKeysMin = 3;

    private readonly GlobalModel _global;
    private readonly ITlsFiles _files;
    private readonly TlsProblems _problems;
    private readonly TlsCertificateReader _certificates;
    private ImmutableArray<TlsFile>? _issuers;

    internal TlsTranslator(GlobalModel global, ITlsFiles files, TranslationProblems problems)
    {
        _global = global;
        _files = files;
        _problems = new TlsProblems(problems);
        _certificates = new TlsCertificateReader(global, files, _problems);
    }

    /// <summary>What a bind line says; null: it has no TLS, or it cannot be used.</summary>
    internal TlsServerOptions? Bind(BindModel bind, ProxyModel frontend)
    {
        if (!bind.IsTls)
        {
            return null;
        }
        _problems.Begin(bind, frontend);
        bool isHttp = frontend.Mode == ProxyMode.Http;
        TlsProfile profile = ProfileOf(bind, isHttp);
        ImmutableArray<TlsCertificate> all =
        [
            .. bind.Certificates.SelectMany(path => _certificates.Read(path, bind.Span, profile)),
            .. bind.CertificateLists.SelectMany(path => List(path, bind, profile, isHttp)),
        ];
        if (_problems.Count > 0)
        {
            return null;
        }
        if (all.IsEmpty)
        {
            Report(bind.Span, "no SSL certificate specified", "write: ssl crt FILE");
            return null;
        }
        var options = new TlsServerOptions(all)
        {
            IsStrict = bind.StrictSni || DefaultOptions("bind").Contains("strict-sni"),
            CaptureSize = Number("tune.ssl.capture-buffer-size") ?? Number("tune.ssl.capture-cipherlist-size") ?? 0,
            KeepsSecrets = _global.Setting("tune.ssl.keylog") is ["on", ..],
            CacheSize = Number("tune.ssl.cachesize") ?? 20_000,
            LifetimeSeconds = Seconds("tune.ssl.lifetime") ?? 300,
            TicketKeys = bind.TicketKeyFile is { } keys ? TicketKeys(keys, bind.Span) : [],
            DhBits = Number("tune.ssl.default-dh-param") ?? 0,
        };
        Check(options, bind.Span);
        return options;
    }

    /// <summary>What a server line says, also for its checks.</summary>
    internal TlsClientSettings? Server(ServerModel server, bool isHttp)
    {
        _problems.Begin(server);
        ServerTls tls = server.Tls;
        TlsPeerVerify verify = tls.Verify switch
        {
            TlsVerify.None => TlsPeerVerify.None,
            null when _global.TrustsServers => TlsPeerVerify.None,
            _ => TlsPeerVerify.Required,
        };
        bool trustsSystem = tls.Settings.CaFile == "@system-ca";
        if (verify == TlsPeerVerify.Required && tls.Settings.CaFile is null)
        {
            Report(server.Span, "verify is " + (tls.Verify is null ? "enabled by default" : "enabled")
                + " but no CA file specified",
                "write: ca-file FILE, or verify none where the network is trusted");
            return null;
        }
        TlsProfile profile = Profile(tls.Settings, "server", isHttp) with
        {
            Verify = verify,
            SignatureAlgorithms = Other(server.Others, "sigalgs"),
            ClientSignatureAlgorithms = Other(server.Others, "client-sigalgs"),
            Authorities = trustsSystem || verify == TlsPeerVerify.None
                ? null : Authority(tls.Settings.CaFile, server.Span),
            RevocationLists = Authority(tls.Settings.CrlFile, server.Span),
        };
        var settings = new TlsClientSettings
        {
            Profile = profile,
            TrustsSystem = trustsSystem && verify != TlsPeerVerify.None,
            VerifyHost = tls.VerifyHost,
            Certificate = tls.Certificate is { } own ? _certificates.Read(own, server.Span, profile).FirstOrDefault()
                : null,
            ReusesSessions = tls.ReusesSessions,
        };
        using TlsClient? made = TlsClient.TryCreate(settings, 1, out string? problem);
        if (problem is not null)
        {
            Report(server.Span, problem);
        }
        return settings;
    }

    /// <summary>The name that a server is asked for, where it is the same for all; null: none, or by an expression.
    /// </summary>
    internal static string? ConstantName(ServerModel server)
        => server.Tls.Sni is { Fetch: "str", Converters.IsEmpty: true, Arguments: [var text] } ? text.Text : null;

    /// <summary>Whether each request or connection has a name of its own for the server.</summary>
    internal static bool HasOwnName(ServerModel server)
        => server.IsTls && server.Tls.Sni is not null && ConstantName(server) is null;

    /// <summary>What is wrong with the certificates and settings of a file; nothing else is looked at.</summary>
    internal static ImmutableArray<Diagnostic> Find(HAProxyModel model, ITlsFiles files)
    {
        var problems = new TranslationProblems();
        var tls = new TlsTranslator(model.Global, files, problems);
        foreach (ProxyModel proxy in model.Proxies.Where(static p => !p.IsDisabled))
        {
            foreach (BindModel bind in proxy.Binds)
            {
                _ = tls.Bind(bind, proxy);
            }
            foreach (ServerModel server in proxy.Servers.Where(static s => s.IsTls || s.Check.UsesTls == true))
            {
                _ = tls.Server(server, proxy.Mode == ProxyMode.Http);
            }
        }
        return [.. problems.Errors(), .. problems.Warnings()];
    }

    private void Check(TlsServerOptions options, SourceSpan span)
    {
        using TlsServer? made = TlsServer.TryCreate(options, out ImmutableArray<string> found);
        foreach (string problem in found)
        {
            Report(span, problem);
        }
    }

    /// <summary>
    /// What a listener speaks up to TLS 1.2 when no file says it: forward secrecy and authenticated encryption only.
    /// The library's default has CBC, of which testssl.sh says LUCKY13.
    /// </summary>
    private const string DefaultCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:!aNULL:!PSK";

    private TlsProfile ProfileOf(BindModel bind, bool isHttp)
    {
        TlsProfile profile = Profile(bind.Tls, "bind", isHttp);
        profile = profile with
        {
            Issuers = _issuers ??= Issuers(bind.Span),
            SkipsSelfIssued = _global.Flag("ssl-skip-self-issued-ca") == true,
        };
        // Who asks for older versions asks for their ciphers, too.
        return FromBind(bind, profile.Ciphers is null && profile.MinimumVersion >= TlsVersion.Tls12
            ? profile with { Ciphers = DefaultCiphers } : profile);
    }

    private TlsProfile FromBind(BindModel bind, TlsProfile profile) => profile with
    {
        Verify = VerifyOf(bind.Verify),
        Authorities = Authority(bind.Tls.CaFile, bind.Span),
        MoreAuthorities = Authority(Other(bind.Others, "ca-verify-file"), bind.Span),
        RevocationLists = Authority(bind.Tls.CrlFile, bind.Span),
        SendsAuthorityNames = !Has(bind.Others, "no-ca-names"),
        PrefersClientCiphers = Has(bind.Others, "prefer-client-ciphers")
            || DefaultOptions("bind").Contains("prefer-client-ciphers"),
        IgnoredAuthorityErrors = Codes(Other(bind.Others, "ca-ignore-err"), bind.Span),
        IgnoredCertificateErrors = Codes(Other(bind.Others, "crt-ignore-err"), bind.Span),
        SignatureAlgorithms = Other(bind.Others, "sigalgs") ?? Text("ssl-default-bind-sigalgs"),
        ClientSignatureAlgorithms = Other(bind.Others, "client-sigalgs") ?? Text("ssl-default-bind-client-sigalgs"),
        DhParameters = Text("ssl-dh-param-file") is { } dh ? File(dh, bind.Span, "DH parameters") : null,
    };

    private void Report(SourceSpan span, string message, string? help = null)
        => _problems.Add(span, message, help);

    /// <summary>Without what is not spoken; where streams are relayed, both ends may agree on anything.</summary>
    private static ImmutableArray<string> Spoken(ImmutableArray<string> protocols, bool isHttp)
        => isHttp ? protocols.Remove("h2") : protocols;

    private static TlsPeerVerify VerifyOf(TlsVerify verify) => verify switch
    {
        TlsVerify.Required => TlsPeerVerify.Required,
        TlsVerify.Optional => TlsPeerVerify.Optional,
        _ => TlsPeerVerify.None,
    };

    private TlsProfile Profile(TlsModel tls, string side, bool isHttp)
    {
        ImmutableArray<string> defaults = DefaultOptions(side);
        TlsVersionRange range = TlsVersionRange.Of(tls, defaults);
        return new TlsProfile
        {
            MinimumVersion = range.Minimum,
            MaximumVersion = range.Maximum,
            Without = range.Without,
            Ciphers = tls.Ciphers ?? Text($"ssl-default-{side}-ciphers"),
            Ciphersuites = tls.Ciphersuites ?? Text($"ssl-default-{side}-ciphersuites"),
            Curves = tls.Curves ?? Text($"ssl-default-{side}-curves"),
            Tickets = tls.Tickets && !defaults.Contains("no-tls-tickets"),
            Alpn = Spoken(tls.Alpn, isHttp),
        };
    }

    /// <summary>Lines of a crt-list: FILE [options] names, where options win over those of the bind line.</summary>
    private IEnumerable<TlsCertificate> List(string path, BindModel bind, TlsProfile profile, bool isHttp)
    {
        if (_files.Read(path) is not { } bytes)
        {
            Report(bind.Span, $"unable to open file '{path}'");
            yield break;
        }
        int number = 0;
        foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n'))
        {
            number++;
            if (!CertificateListLine.TryParse(line, out CertificateListLine? entry, out string? problem))
            {
                Report(bind.Span, $"parsing [{path}:{number}] : {problem}");
                continue;
            }
            if (entry is null)
            {
                continue;
            }
            TlsProfile own = Override(profile, entry, bind.Span, $"{path}:{number}", isHttp);
            foreach (TlsCertificate certificate in _certificates.Read(entry.Path, bind.Span, own))
            {
                yield return certificate with { Filters = entry.Filters };
            }
        }
    }

    private TlsProfile Override(
        TlsProfile profile, CertificateListLine entry, SourceSpan span, string place, bool isHttp)
    {
        foreach ((string name, string value) in entry.Options)
        {
            profile = name switch
            {
                "alpn" => profile with { Alpn = Spoken([.. value.Split(',')], isHttp) },
                "ca-file" => profile with { Authorities = Authority(value, span) },
                "ca-verify-file" => profile with { MoreAuthorities = Authority(value, span) },
                "crl-file" => profile with { RevocationLists = Authority(value, span) },
                "ciphers" => profile with { Ciphers = value },
                "ciphersuites" => profile with { Ciphersuites = value },
                "curves" or "ecdhe" => profile with { Curves = value },
                "sigalgs" => profile with { SignatureAlgorithms = value },
                "client-sigalgs" => profile with { ClientSignatureAlgorithms = value },
                "no-ca-names" => profile with { SendsAuthorityNames = false },
                "ssl-min-ver" when TlsVersionRange.VersionOf(value) is { } version
                    => profile with { MinimumVersion = version },
                "ssl-max-ver" when TlsVersionRange.VersionOf(value) is { } version
                    => profile with { MaximumVersion = version },
                "verify" when value is "none" or "optional" or "required" => profile with
                {
                    Verify = value switch
                    {
                        "none" => TlsPeerVerify.None,
                        "optional" => TlsPeerVerify.Optional,
                        _ => TlsPeerVerify.Required,
                    },
                },
                "allow-0rtt" or "npn" => WithoutEffect(profile, name, place, span),
                _ => Unknown(profile, $"parsing [{place}] : unknown ssl keyword '{name} {value}'", span),
            };
        }
        return profile;
    }

    /// <summary>What a bind line only warns of, in a list: the same.</summary>
    private TlsProfile WithoutEffect(TlsProfile profile, string name, string place, SourceSpan span)
    {
        _problems.Warn(span, $"parsing [{place}] : {name} has no effect in Holdfast, which tunes this by itself");
        return profile;
    }

    private TlsProfile Unknown(TlsProfile profile, string message, SourceSpan span)
    {
        Report(span, message);
        return profile;
    }

    /// <summary>Chains of a directory, in order of their names.</summary>
    private ImmutableArray<TlsFile> Issuers(SourceSpan span)
    {
        if (_global.Setting("issuers-chain-path") is not [var directory, ..])
        {
            return [];
        }
        if (_files.List(directory) is not { } names)
        {
            Report(span, $"unable to open issuers-chain-path '{directory}'");
            return [];
        }
        return [.. names.Where(static name => !name.StartsWith('.')).Select(name => $"{directory}/{name}")
            .Select(path => _files.Read(path) is { } bytes ? new TlsFile(path, bytes) : null).OfType<TlsFile>()];
    }

    private TlsFile? Authority(string? path, SourceSpan span)
        => path is null ? null : File(TlsCertificateReader.Under(_global.CaBase, path), span, "CA file");

    private TlsFile? File(string path, SourceSpan span, string what)
    {
        if (_files.Read(path) is { } bytes)
        {
            return new TlsFile(path, bytes);
        }
        Report(span, $"unable to load {what} '{path}'");
        return null;
    }

    private ImmutableArray<byte[]> TicketKeys(string path, SourceSpan span)
    {
        if (_files.Read(path) is not { } bytes)
        {
            Report(span, $"unable to open tls-ticket-keys file '{path}'");
            return [];
        }
        ImmutableArray<byte[]>.Builder keys = ImmutableArray.CreateBuilder<byte[]>();
        foreach (string line in Encoding.ASCII.GetString(bytes).Split('\n', StringSplitOptions.TrimEntries
            | StringSplitOptions.RemoveEmptyEntries))
        {
            byte[] key = new byte[line.Length];
            if (!Convert.TryFromBase64String(line, key, out int length) || length is not (48 or 80))
            {
                Report(span, $"unable to decode base64 key in '{path}': 48 or 80 bytes are needed");
                return [];
            }
            keys.Add(key[..length]);
        }
        if (keys.Count < TicketKeysMin)
        {
            Report(span, $"please supply at least {TicketKeysMin} keys in the tls-tickets-file '{path}'");
        }
        // Of a longer file the last ones count.
        return [.. keys.Skip(Math.Max(0, keys.Count - TicketKeysMin))];
    }

    private ImmutableArray<int> Codes(string? list, SourceSpan span)
    {
        const int CodesMax = 128;
        if (list is null)
        {
            return [];
        }
        if (list == "all")
        {
            return [.. Enumerable.Range(1, CodesMax - 1)];
        }
        ImmutableArray<int>.Builder codes = ImmutableArray.CreateBuilder<int>();
        foreach (string word in list.Split(','))
        {
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int code) && code < CodesMax)
            {
                codes.Add(code);
            }
            else
            {
                Report(span, $"'{word}' is no number of a certificate error");
            }
        }
        return codes.ToImmutable();
    }

    private ImmutableArray<string> DefaultOptions(string side) => _global.Setting($"ssl-default-{side}-options") ?? [];

    private string? Text(string keyword) => _global.Setting(keyword) is [var first, ..] ? first : null;

    private int? Number(string keyword)
        => int.TryParse(Text(keyword), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number : null;

    /// <summary>A time whose unit is seconds unless it has one.</summary>
    private int? Seconds(string keyword)
    {
        if (Text(keyword) is not { Length: > 0 } text)
        {
            return null;
        }
        int unit = text[^1] switch
        {
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => 1,
        };
        return int.TryParse(text.TrimEnd('s', 'm', 'h', 'd'), NumberStyles.None, CultureInfo.InvariantCulture,
            out int number) ? (int)Math.Min(int.MaxValue, (long)number * unit) : null;
    }

    private static bool Has(ImmutableArray<GenericStatement> others, string name)
        => others.Any(one => one.Keyword == name);

    private static string? Other(ImmutableArray<GenericStatement> others, string name)
        => others.LastOrDefault(one => one.Keyword == name)?.Arguments is [var first, ..] ? first : null;
}
