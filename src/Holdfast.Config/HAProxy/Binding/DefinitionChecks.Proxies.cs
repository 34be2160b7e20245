using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Timeouts, listening, checks, logs, modes, and names in expressions.</summary>
internal sealed partial class DefinitionChecks
{
    private void Timeouts(ProxyModel proxy)
    {
        TimeoutsModel t = proxy.Timeouts;
        bool client = proxy.Kind.HasFlag(ProxyKind.Frontend) && (t.Client ?? 0) == 0;
        bool hasServers = proxy.Kind.HasFlag(ProxyKind.Backend) && proxy.Servers.Length > 0;
        bool connect = hasServers && (t.Connect ?? 0) == 0;
        bool server = hasServers && (t.Server ?? 0) == 0 && (proxy.Mode == ProxyMode.Http || (t.Tunnel ?? 0) == 0);
        if (!client && !connect && !server)
        {
            return;
        }
        string[] words = [client ? "client" : "", connect ? "connect" : "", server ? "server" : ""];
        string missing = string.Join(", ", words.Where(static w => w.Length > 0));
        _findings.Report(FindingCodes.MissingTimeouts, proxy.Span,
            $"missing timeouts for '{proxy.Name}': without {missing} it waits for ever",
            "write in defaults: timeout client 30s, timeout connect 5s, timeout server 30s");
    }

    private void Listening(ProxyModel proxy)
    {
        if (proxy.Kind.HasFlag(ProxyKind.Frontend) && proxy.Binds.IsEmpty && !context.BrokenBinds.Contains(proxy.Name))
        {
            _findings.Report(FindingCodes.FrontendWithoutBind, proxy.Span,
                $"'{proxy.Name}' has no 'bind' line, so it listens nowhere", "if this is meant, write: backend");
        }
        foreach (BindModel bind in proxy.Binds)
        {
            if (bind.IsTls && bind.Certificates.IsEmpty && bind.CertificateLists.IsEmpty)
            {
                _findings.Report(FindingCodes.MissingArgument, bind.Span,
                    $"no certificate for the TLS of '{proxy.Name}'", "write: ssl crt FILE");
            }
            NoteProtocols(proxy, bind.Tls, bind.Span);
        }
    }

    /// <summary>Protocols of an alpn list that are not spoken; where streams are relayed, ends agree on anything.
    /// </summary>
    private void NoteProtocols(ProxyModel proxy, TlsSettings tls, SourceSpan span)
    {
        if (proxy.Mode == ProxyMode.Http && tls.Alpn.Contains("h2"))
        {
            _findings.Report(FindingCodes.OnlyHttp1, span,
                "'h2' is not spoken yet, and so not offered: the other side goes on with HTTP/1.1");
        }
    }

    private void Checks(ProxyModel proxy)
    {
        if (!proxy.Kind.HasFlag(ProxyKind.Backend))
        {
            return;
        }
        foreach (ServerModel server in proxy.Servers.Where(static s => s.IsTls))
        {
            NoteProtocols(proxy, server.Tls.Settings, server.Span);
        }
        HealthCheckModel check = proxy.HealthCheck;
        if (check.HttpSteps.Length > 0 && check.Kind != HealthCheckKind.Http)
        {
            _findings.Report(FindingCodes.IgnoredKeyword, check.HttpSteps[0].Span,
                $"'{proxy.Name}' has http-check lines without 'option httpchk', so that they are ignored");
        }
        if (check.TcpSteps.Length > 0 && check.Kind != HealthCheckKind.TcpScript)
        {
            _findings.Report(FindingCodes.IgnoredKeyword, check.TcpSteps[0].Span,
                $"'{proxy.Name}' has tcp-check lines without 'option tcp-check', so that they are ignored");
        }
        if (check.Kind != HealthCheckKind.External)
        {
            return;
        }
        SourceSpan span = check.Span ?? proxy.Span;
        if (check.Command is null)
        {
            _findings.Report(FindingCodes.MissingArgument, span,
                $"'option external-check' of '{proxy.Name}' needs 'external-check command'");
        }
        if (!model.Global.AllowsExternalChecks)
        {
            _findings.Report(FindingCodes.Conflict, span, $"'option external-check' of '{proxy.Name}' needs "
                + "'external-check' in the global section");
        }
    }

    private void Logs(ProxyModel proxy)
    {
        if (!proxy.Kind.HasFlag(ProxyKind.Frontend))
        {
            return;
        }
        if (proxy.Logs.IsEmpty && (proxy.LogFormatName is null or { Length: > 0 }))
        {
            _findings.Report(FindingCodes.IgnoredKeyword, proxy.LogFormat?.Span ?? proxy.Span,
                $"the log format of '{proxy.Name}' is ignored since it has no log address", "write: log global");
        }
        if (proxy.LogFormatName is "http" or "https" or "clf" && proxy.Mode != ProxyMode.Http)
        {
            _findings.Report(FindingCodes.WrongMode, proxy.Span,
                $"'option httplog' needs 'mode http' in '{proxy.Name}', and falls back to 'option tcplog'");
        }
    }

    private void Layer7(ProxyModel proxy)
    {
        if (!proxy.Kind.HasFlag(ProxyKind.Backend) || proxy.Mode == ProxyMode.Http)
        {
            return;
        }
        if (proxy.Balance is { Algorithm: "uri" or "url_param" or "hdr", Span: { } span })
        {
            _findings.Report(FindingCodes.WrongMode, span,
                $"hashing of '{proxy.Balance.Algorithm}' needs 'mode http' in "
                + $"'{proxy.Name}', and falls back to round robin");
        }
    }

    private void Pages(ProxyModel proxy)
    {
        foreach (GenericStatement line in proxy.Others.Where(static o => o.Keyword == "errorfiles"))
        {
            if (line.Arguments.Length > 0 && model.HttpErrors.All(h => h.Name != line.Arguments[0]))
            {
                _findings.Report(FindingCodes.UnknownReference, line.Span,
                    $"unable to find the http-errors section '{line.Arguments[0]}'", null,
                    NearestWord.Find(line.Arguments[0], model.HttpErrors.Select(static h => h.Name)));
            }
        }
    }

    private void Resolve(Reference reference)
    {
        ProxyModel? own = model.Proxies.FirstOrDefault(p => p.Name == reference.Proxy);
        string name = reference.Name.Length == 0 ? reference.Proxy : reference.Name;
        switch (reference.Kind)
        {
            case ReferenceKind.Table:
                RequireTable(name, reference.Span);
                break;
            case ReferenceKind.Backend when model.FindBackend(name) is null:
                _findings.Report(FindingCodes.UnknownBackend, reference.Span, $"unable to find backend '{name}'", null,
                    NearestWord.Find(name, model.Proxies.Select(static p => p.Name)));
                break;
            case ReferenceKind.Frontend when model.FindFrontend(name) is null:
                _findings.Report(FindingCodes.UnknownBackend, reference.Span, $"unable to find frontend '{name}'", null,
                    NearestWord.Find(name, model.Proxies.Select(static p => p.Name)));
                break;
            case ReferenceKind.Server:
                Server(reference, own);
                break;
            case ReferenceKind.Userlist when model.Userlists.All(u => u.Name != reference.Name):
                _findings.Report(FindingCodes.UnknownUserlist, reference.Span,
                    $"unable to find userlist '{reference.Name}'", null,
                    NearestWord.Find(reference.Name, model.Userlists.Select(static u => u.Name)));
                break;
            case ReferenceKind.ErrorSection when model.HttpErrors.All(h => h.Name != reference.Name):
                _findings.Report(FindingCodes.UnknownReference, reference.Span,
                    $"unable to find the http-errors section '{reference.Name}'", null,
                    NearestWord.Find(reference.Name, model.HttpErrors.Select(static h => h.Name)));
                break;
            default:
                break;
        }
    }

    private void Server(Reference reference, ProxyModel? own)
    {
        string[] parts = reference.Name.Split('/', 2);
        ProxyModel? backend = parts.Length == 2 ? model.FindBackend(parts[0]) : own;
        ImmutableArray<ServerModel> servers = backend?.Servers ?? [];
        if (servers.All(s => s.Name != parts[^1]))
        {
            _findings.Report(FindingCodes.UnknownServer, reference.Span, $"unable to find server '{reference.Name}'",
                null,
                NearestWord.Find(parts[^1], servers.Select(static s => s.Name)));
        }
    }
}
