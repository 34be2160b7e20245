using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>Makes the model of the mail block, and checks what belongs together.</summary>
internal sealed class MailBinder(BindContext context)
{
    private readonly Dictionary<string, SourceSpan> _addresses = new(StringComparer.Ordinal);
    private readonly Dictionary<NginxDirective, MailAuthority?> _authorities = [];

    /// <summary>The block.</summary>
    public MailModel Bind(NginxDirective mail)
    {
        var reader = new SettingReader(mail.Children, null);
        foreach (NginxDirective line in mail.ChildrenOf("auth_http").Concat(
            mail.ChildrenOf("server").SelectMany(static s => s.ChildrenOf("auth_http"))))
        {
            _authorities[line] = Authority(line);
        }
        return new MailModel
        {
            Servers = [.. mail.ChildrenOf("server").Select(s => Server(mail, s, reader))],
            Span = mail.Span,
        };
    }

    private MailServer Server(NginxDirective mail, NginxDirective block, SettingReader outer)
    {
        var reader = new SettingReader(block.Children, outer);
        ImmutableArray<HttpListen> listens =
            [.. block.ChildrenOf("listen").Select(d => ListenReader.Read(context, d)).OfType<HttpListen>()];
        CheckAddresses(block, listens);
        MailProtocol protocol = Protocol(block, listens);
        MailAuthority? authority = reader.One("auth_http") is { } line ? _authorities[line] : null;
        var settings = MailSettings.Read(reader, protocol, authority);
        if (!block.ChildrenOf("listen").Any())
        {
            Later(block, block.EndOrder, "no \"listen\" is defined for server");
        }
        else if (protocol == MailProtocol.Unknown && !block.ChildrenOf("protocol").Any())
        {
            Later(block, mail.EndOrder, "unknown mail protocol for server");
        }
        else if (reader.One("auth_http") is null)
        {
            Later(block, mail.EndOrder, "no \"auth_http\" is defined for server");
        }
        CheckTls(mail, block, reader, settings, listens);
        return new MailServer { Listens = listens, Protocol = protocol, Settings = settings, Span = block.Span };
    }

    private void CheckAddresses(NginxDirective block, ImmutableArray<HttpListen> listens)
    {
        foreach (HttpListen listen in listens)
        {
            string name = ListenChecks.TextOf(listen);
            NginxDirective line = block.ChildrenOf("listen").First(l => l.Span == listen.Span);
            if (!_addresses.TryAdd(name, listen.Span))
            {
                context.Findings.Report(FindingCodes.Duplicate, line, line.Span,
                    $"duplicate \"{name}\" address and port pair", null, null,
                    new RelatedPlace(_addresses[name], "the first is here"));
            }
        }
    }

    private MailProtocol Protocol(NginxDirective block, ImmutableArray<HttpListen> listens)
    {
        if (block.ChildrenOf("protocol").LastOrDefault() is { } line)
        {
            MailProtocol named = line[0] switch
            {
                "pop3" => MailProtocol.Pop3,
                "imap" => MailProtocol.Imap,
                "smtp" => MailProtocol.Smtp,
                _ => MailProtocol.Unknown,
            };
            if (named == MailProtocol.Unknown)
            {
                context.Bad(line, 0, $"unknown protocol \"{line[0]}\"", "pop3, imap or smtp");
            }
            return named;
        }
        return listens is [{ Port: var port }, ..] ? port switch
        {
            110 or 995 => MailProtocol.Pop3,
            143 or 993 => MailProtocol.Imap,
            25 or 465 or 587 => MailProtocol.Smtp,
            _ => MailProtocol.Unknown,
        } : MailProtocol.Unknown;
    }

    private MailAuthority? Authority(NginxDirective line)
    {
        string url = line[0].StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? line[0][7..] : line[0];
        if (NginxAddress.Read(url, 80, isListen: false, hasUri: true, out NginxAddress address) is { } problem)
        {
            context.Bad(FindingCodes.BadAddress, line, 0, $"{problem} in auth_http \"{url}\"",
                "an address and a path, without TLS: 127.0.0.1:8080/auth");
            return null;
        }
        if (!address.IsUnix && !IpAddress.TryParse(address.Host, out _)
            && context.Options.Resolves?.Invoke(address.Host) == false)
        {
            context.Bad(FindingCodes.BadAddress, line, 0, $"host not found in auth_http \"{url}\"",
                "a name has to have an address when the program starts");
        }
        return new MailAuthority(url, address.Host, address.Port, address.IsUnix,
            address.Rest.Length > 0 ? address.Rest : "/");
    }

    private void CheckTls(NginxDirective mail, NginxDirective block, SettingReader reader, MailSettings settings,
        ImmutableArray<HttpListen> listens)
    {
        string what = listens.Any(static l => l.IsTls) ? "listen ... ssl" : "starttls";
        NginxDirective? place = what == "starttls" ? reader.One("starttls")
            : block.ChildrenOf("listen").First(l => listens.First(static one => one.IsTls).Span == l.Span);
        bool isWanted = what != "starttls" || settings.StartTls is "on" or "only";
        string missing = settings.Tls.Certificates.IsEmpty ? "ssl_certificate"
            : settings.Tls.CertificateKeys.Length < settings.Tls.Certificates.Length ? "ssl_certificate_key" : "";
        if (isWanted && missing.Length > 0 && place is not null)
        {
            string message = $"no \"{missing}\" is defined for the \"{what}\" directive";
            context.Findings.ReportLater(FindingCodes.Missing, mail.EndOrder, place.Span, message,
                message + Findings.Place(place.File, place.EndLine), "ssl_certificate and ssl_certificate_key");
        }
    }

    private void Later(NginxDirective block, int order, string message)
        => context.Findings.ReportLater(FindingCodes.Missing, order, block.Span, message,
            message + Findings.Place(block.File, block.EndLine));
}
