using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>What can be said only when everything has been read: names, modes, timeouts.</summary>
internal sealed partial class DefinitionChecks(BindContext context, HAProxyModel model)
{
    private readonly Findings _findings = context.Findings;

    /// <summary>Reports everything that is wrong with the definitions.</summary>
    public void Run()
    {
        Duplicates();
        foreach (ProxyModel proxy in model.Proxies)
        {
            if (proxy.IsDisabled)
            {
                continue;
            }
            Targets(proxy);
            Servers(proxy);
            Tables(proxy);
            Timeouts(proxy);
            Listening(proxy);
            Checks(proxy);
            Logs(proxy);
            Layer7(proxy);
            Pages(proxy);
        }
        foreach (Reference reference in context.References)
        {
            Resolve(reference);
        }
        if (!_findings.Bag.ToImmutable().Any(static d => d.Severity == Severity.Error)
            && !model.Proxies.Any(static p => p.Binds.Length > 0 && !p.IsDisabled) && !HasOtherListener())
        {
            SourceSpan place = model.Proxies.FirstOrDefault()?.Span ?? new SourceSpan("", 1, 1, 0);
            _findings.Report(FindingCodes.NoListener, place, "nothing listens: haproxy would not start with this");
        }
    }

    private bool HasOtherListener() => model.Global.StatsSockets.Length > 0 || model.Others.Any(static s => s.Kind
        is "log-forward" or "peers");

    private void Duplicates()
    {
        for (int i = 0; i < model.Proxies.Length; i++)
        {
            ProxyModel later = model.Proxies[i];
            for (int j = 0; j < i; j++)
            {
                ProxyModel first = model.Proxies[j];
                if (first.Name == later.Name && (first.Kind & later.Kind) != 0)
                {
                    _findings.Report(FindingCodes.DuplicateName, later.Span,
                        $"'{later.Name}' is already the name of another proxy", null, null,
                        new RelatedPlace(first.Span, "here"));
                    break;
                }
                if (first.Id == later.Id && later.Id != 0)
                {
                    _findings.Report(FindingCodes.DuplicateName, later.Span,
                        $"the id {later.Id} of '{later.Name}' is already that of '{first.Name}'", null, null,
                        new RelatedPlace(first.Span, "here"));
                }
            }
        }
        foreach (IGrouping<string, UserlistModel> group in model.Userlists.GroupBy(static u => u.Name))
        {
            foreach (UserlistModel again in group.Skip(1))
            {
                _findings.Report(FindingCodes.Overwritten, again.Span,
                    $"userlist '{again.Name}' is already defined; the first counts");
            }
        }
    }

    private void Targets(ProxyModel proxy)
    {
        IEnumerable<BackendChoice> choices = proxy.DefaultBackend is { } last
            ? proxy.UseBackend.Append(last) : proxy.UseBackend;
        foreach (BackendChoice choice in proxy.Kind.HasFlag(ProxyKind.Frontend) ? choices : [])
        {
            if (choice.Name.Constant is not { } name)
            {
                continue;
            }
            if (model.FindBackend(name) is not { } target)
            {
                string? near = NearestWord.Find(name,
                    model.Proxies.Where(static p => p.Kind.HasFlag(ProxyKind.Backend)).Select(static p => p.Name));
                _findings.Report(FindingCodes.UnknownBackend, choice.Span, model.FindFrontend(name) is null
                    ? $"unable to find required backend '{name}'" : $"'{name}' is a frontend and has no servers",
                        null, near);
            }
            else if (ReferenceEquals(target, proxy))
            {
                _findings.Report(FindingCodes.Conflict, choice.Span, $"'{name}' would hand over to itself");
            }
            else if (target.Mode != proxy.Mode && !(proxy.Mode == ProxyMode.Tcp && target.Mode == ProxyMode.Http))
            {
                _findings.Report(FindingCodes.ModesDiffer, choice.Span,
                    $"'{proxy.Name}' is of mode {Word(proxy.Mode)}, and '{name}' of mode {Word(target.Mode)}", null,
                        null,
                    new RelatedPlace(target.Span, "here"));
            }
        }
        if (proxy.Kind == ProxyKind.Listen && proxy.DefaultBackend is { } always && proxy.Servers.Length > 0)
        {
            _findings.Report(FindingCodes.NoServers, always.Span,
                $"in '{proxy.Name}' the 'default_backend' always goes before the servers, which are never used");
        }
        foreach (ServerChoice choice in proxy.UseServer)
        {
            if (choice.Name.Constant is { } name && proxy.Servers.All(s => s.Name != name))
            {
                _findings.Report(FindingCodes.UnknownServer, choice.Span,
                    $"unable to find server '{name}' in '{proxy.Name}'",
                    null, NearestWord.Find(name, proxy.Servers.Select(static s => s.Name)));
            }
        }
    }

    private void Servers(ProxyModel proxy)
    {
        var seen = new Dictionary<string, ServerModel>(StringComparer.Ordinal);
        var ids = new Dictionary<int, ServerModel>();
        foreach (ServerModel server in proxy.Servers)
        {
            if (!seen.TryAdd(server.Name, server))
            {
                _findings.Report(FindingCodes.DuplicateName, server.Span,
                    $"another server of '{proxy.Name}' has the name '{server.Name}', too", null, null,
                    new RelatedPlace(seen[server.Name].Span, "here"));
            }
            if (server.Id != 0 && !ids.TryAdd(server.Id, server))
            {
                _findings.Report(FindingCodes.DuplicateName, server.Span,
                    $"another server of '{proxy.Name}' has the id {server.Id}, too", null, null,
                    new RelatedPlace(ids[server.Id].Span, "here"));
            }
            if (server.Cookie is not null && proxy.Mode != ProxyMode.Http)
            {
                _findings.Report(FindingCodes.WrongMode, server.Span,
                    $"the cookie of server '{server.Name}' is ignored as '{proxy.Name}' is not of mode http");
            }
            Track(proxy, server);
            CheckPort(proxy, server);
            Verification(server);
        }
    }

    /// <summary>A check needs a port when neither the server nor its check has one.</summary>
    private void CheckPort(ProxyModel proxy, ServerModel server)
    {
        EndpointModel endpoint = server.Check.Address ?? server.Endpoint;
        bool hasPort = server.Check.Port is > 0 || endpoint.Kind != EndpointKind.Inet
            || (endpoint.Mapping == PortMapping.Fixed && endpoint.Port > 0)
            || (server.Endpoint.Mapping == PortMapping.Fixed && server.Endpoint.Port > 0)
            || proxy.HealthCheck.Steps.OfType<CheckConnect>().Any(static c => c.Port is not null
                || c.PortExpression is not null);
        if (server.Check.IsEnabled && !hasPort && proxy.HealthCheck.Kind != HealthCheckKind.External)
        {
            _findings.Report(FindingCodes.Conflict, server.Span,
                $"server '{server.Name}' has neither service port nor check port, so it cannot be checked",
                "write: check port N");
        }
        if (server.Agent.IsEnabled && server.Agent.Port is not > 0)
        {
            _findings.Report(FindingCodes.MissingArgument, server.Span,
                $"server '{server.Name}' has 'agent-check' and no 'agent-port', so the agent is not asked");
        }
    }

    /// <summary>A certificate can be verified only against authorities.</summary>
    private void Verification(ServerModel server)
    {
        bool isTls = server.IsTls || (server.Check.IsEnabled && server.Check.UsesTls == true);
        TlsVerify verify = server.Tls.Verify
            ?? (model.Global.TrustsServers ? TlsVerify.None : TlsVerify.Required);
        if (isTls && verify == TlsVerify.Required && server.Tls.Settings.CaFile is null)
        {
            _findings.Report(FindingCodes.MissingArgument, server.Span,
                $"the certificate of server '{server.Name}' is to be verified, and no CA file is given",
                "write: ca-file @system-ca, or, in a network that you trust, verify none");
        }
    }

    private void Track(ProxyModel proxy, ServerModel server)
    {
        ServerModel at = server;
        ProxyModel place = proxy;
        for (int depth = 0; at.Track is { } track; depth++)
        {
            ProxyModel? next = track.Backend.Length == 0 ? place : model.FindBackend(track.Backend);
            ServerModel? target = next?.Servers.FirstOrDefault(s => s.Name == track.Server);
            if (target is null || depth > model.Proxies.Sum(static p => p.Servers.Length))
            {
                _findings.Report(target is null ? FindingCodes.UnknownServer : FindingCodes.Conflict, server.Span,
                    target is null ? $"unable to find required server '{track.Server}' for tracking"
                        : $"server '{server.Name}' tracks itself");
                return;
            }
            (at, place) = (target, next!);
        }
        if (server.Track is not null && !at.Check.IsEnabled && !at.Agent.IsEnabled)
        {
            _findings.Report(FindingCodes.Conflict, server.Span,
                $"server '{at.Name}' cannot be tracked as it has no checks itself");
        }
    }

    private void Tables(ProxyModel proxy)
    {
        foreach (StickRuleModel rule in proxy.StickRules)
        {
            RequireTable(rule.Table.Length == 0 ? proxy.Name : rule.Table, rule.Span);
        }
        foreach (RuleModel rule in proxy.Rules.Values.SelectMany(static r => r))
        {
            if (rule.Action is TrackAction track)
            {
                RequireTable(track.Table.Length == 0 ? proxy.Name : track.Table, rule.Span);
            }
        }
    }

    private void RequireTable(string name, SourceSpan span)
    {
        if (model.FindTable(name) is null && !PeersTable(name))
        {
            _findings.Report(FindingCodes.UnknownTable, span, $"unable to find stick-table '{name}'", null,
                NearestWord.Find(name,
                    model.Proxies.Where(static p => p.StickTable is not null).Select(static p => p.Name)));
        }
    }

    /// <summary>Whether a peers section has the table "peers/table".</summary>
    private bool PeersTable(string name)
    {
        string[] parts = name.Split('/');
        return parts.Length == 2 && model.Others.Any(s => s.Kind == "peers" && s.Name == parts[0]
            && s.Statements.Any(t => t.Keyword == "table" && t.Arguments.FirstOrDefault() == parts[1]));
    }

    private static string Word(ProxyMode mode) => mode switch
    {
        ProxyMode.Http => "http",
        ProxyMode.Log => "log",
        ProxyMode.Spop => "spop",
        _ => "tcp",
    };
}
