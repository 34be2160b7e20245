using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Ipvsadm;

/// <summary>A real server of a table.</summary>
/// <param name="Server">Its settings.</param>
/// <param name="Span">Where it was added.</param>
public sealed record IpvsadmTableServer(IpvsadmServer Server, SourceSpan Span);

/// <summary>A virtual service of a table, with its servers in the order in which they were added.</summary>
/// <param name="Service">Its settings.</param>
/// <param name="Servers">Its real servers.</param>
/// <param name="Span">Where it was added.</param>
public sealed record IpvsadmTableService(
    IpvsadmService Service, ImmutableArray<IpvsadmTableServer> Servers, SourceSpan Span);

/// <summary>The table that rules make when they begin with an empty one, and what is wrong with them.</summary>
/// <remarks>Pure. A rule that the kernel would refuse changes nothing, as with ipvsadm -R, which goes on after it.
/// </remarks>
public sealed class IpvsadmTable
{
    private const string Twice = "IV0003";
    private const string Missing = "IV0004";
    private const string WithoutEffect = "IV0005";

    private readonly List<IpvsadmTableService> _services = [];
    private readonly List<Diagnostic> _diagnostics = [];

    private IpvsadmTable()
    {
    }

    /// <summary>The services, in the order in which they were added.</summary>
    public IReadOnlyList<IpvsadmTableService> Services => _services;

    /// <summary>Timeouts of --set in seconds, 0 for those that stay as they are; null: not given.</summary>
    public (uint Tcp, uint TcpFin, uint Udp)? Timeouts { get; private set; }

    /// <summary>Whether -C stands in the file: what others have put in before is not to stay.</summary>
    public bool IsCleared { get; private set; }

    /// <summary>What is wrong, in the order of the file.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>Follows the rules of a file.</summary>
    public static IpvsadmTable Of(IEnumerable<IpvsadmRule> rules)
    {
        var table = new IpvsadmTable();
        foreach (IpvsadmRule rule in rules)
        {
            table.Follow(rule);
        }
        foreach (IpvsadmTableService service in table._services.Where(static s => s.Servers.IsEmpty))
        {
            table.Report(WithoutEffect, Severity.Warning, service.Span,
                $"{Name(service.Service)} has no real server, so that its clients are refused");
        }
        return table;
    }

    /// <summary>A service as messages name it: "TCP 192.0.2.1:80" or "FWM 3".</summary>
    public static string Name(IpvsadmService service)
        => service.FirewallMark != 0 ? FormattableString.Invariant($"FWM {service.FirewallMark}")
            : FormattableString.Invariant($"{ProtocolOf(service)} {Endpoint(service.Address, service.Port)}");

    private static string ProtocolOf(IpvsadmService service)
        => IpvsadmProtocols.NameOf(service.Protocol)?.ToUpperInvariant() ?? "IP";

    private static string Endpoint(IpAddress address, ushort port)
        => FormattableString.Invariant($"{(address.IsV6 ? $"[{address}]" : address.ToString())}:{port}");

    private void Follow(IpvsadmRule rule)
    {
        IpvsadmCommand command = rule.Command;
        switch (command.Verb)
        {
            case IpvsadmVerb.AddService or IpvsadmVerb.EditService or IpvsadmVerb.DeleteService:
                FollowService(rule);
                break;
            case IpvsadmVerb.AddServer or IpvsadmVerb.EditServer or IpvsadmVerb.DeleteServer:
                FollowServer(rule);
                break;
            case IpvsadmVerb.Clear:
                _services.Clear();
                IsCleared = true;
                break;
            case IpvsadmVerb.SetTimeouts:
                Timeouts = command.Timeouts;
                break;
            case IpvsadmVerb.StartDaemon or IpvsadmVerb.StopDaemon:
                Report(WithoutEffect, Severity.Note, rule.Span,
                    "holdfast run has no use for this: write lvs_sync_daemon in global_defs of a keepalived.conf");
                break;
            case IpvsadmVerb.Restore:
                Report(WithoutEffect, Severity.Warning, rule.Span,
                    "this reads further rules from its standard input, which are not known here");
                break;
            default:
                break; // shows or counts something; it changes no rule
        }
    }

    private void FollowService(IpvsadmRule rule)
    {
        IpvsadmService service = rule.Command.Service;
        int index = IndexOf(service);
        if (rule.Command.Verb == IpvsadmVerb.AddService)
        {
            if (index >= 0)
            {
                Report(Twice, Severity.Warning, rule.Span,
                    $"{Name(service)} stands twice; the second one is refused", _services[index].Span);
                return;
            }
            _services.Add(new(service, [], rule.Span));
        }
        else if (index < 0)
        {
            Report(Missing, Severity.Warning, rule.Span, $"there is no {Name(service)} at this place of the file");
        }
        else if (rule.Command.Verb == IpvsadmVerb.EditService)
        {
            _services[index] = _services[index] with { Service = service };
        }
        else
        {
            _services.RemoveAt(index);
        }
    }

    private void FollowServer(IpvsadmRule rule)
    {
        IpvsadmCommand command = rule.Command;
        int index = IndexOf(command.Service);
        string server = Endpoint(command.Server.Address, command.Server.Port);
        if (index < 0)
        {
            Report(Missing, command.Verb == IpvsadmVerb.AddServer ? Severity.Error : Severity.Warning, rule.Span,
                $"there is no {Name(command.Service)} at this place of the file, so {server} is refused");
            return;
        }
        IpvsadmTableService service = _services[index];
        int place = service.Servers.Select(static s => (s.Server.Address, s.Server.Port)).ToList()
            .IndexOf((command.Server.Address, command.Server.Port));
        ImmutableArray<IpvsadmTableServer> servers = service.Servers;
        if (command.Verb == IpvsadmVerb.AddServer)
        {
            if (place >= 0)
            {
                Report(Twice, Severity.Warning, rule.Span,
                    $"the real server {server} stands twice; the second one is refused", servers[place].Span);
                return;
            }
            servers = servers.Add(new(command.Server, rule.Span));
        }
        else if (place < 0)
        {
            Report(Missing, Severity.Warning, rule.Span,
                $"{Name(command.Service)} has no real server {server} at this place of the file");
            return;
        }
        else
        {
            servers = command.Verb == IpvsadmVerb.EditServer
                ? servers.SetItem(place, servers[place] with { Server = command.Server }) : servers.RemoveAt(place);
        }
        _services[index] = service with { Servers = servers };
    }

    private int IndexOf(IpvsadmService service) => _services.FindIndex(s => s.Service.Family == service.Family
        && s.Service.FirewallMark == service.FirewallMark && (service.FirewallMark != 0
            || (s.Service.Protocol == service.Protocol && s.Service.Address == service.Address
                && s.Service.Port == service.Port)));

    private void Report(
        string code, Severity severity, SourceSpan span, string message, SourceSpan? first = null)
        => _diagnostics.Add(new Diagnostic(code, severity, span, message)
        {
            Related = first is null ? [] : [new RelatedPlace(first, "the first one")],
        });
}
