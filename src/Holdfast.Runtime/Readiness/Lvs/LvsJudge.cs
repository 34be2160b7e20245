using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Readiness.Lvs;

/// <summary>
/// Finds the mistakes that people make when they set LVS up, as far as a director shows them. Decides only; it asks
/// nobody.
/// </summary>
/// <remarks>
/// Direct routing and tunnels need no forwarding of the director: their packets are taken in and sent out anew, and
/// answers do not come back through it. Only with NAT answers are forwarded.
/// </remarks>
public sealed class LvsJudge
{
    private readonly ImmutableArray<LvsService> _services;
    private readonly KeepalivedModel _model;
    private readonly LvsFacts _facts;
    private readonly List<LvsFinding> _findings = [];

    private LvsJudge(ImmutableArray<LvsService> services, KeepalivedModel model, LvsFacts facts)
    {
        _services = services;
        _model = model;
        _facts = facts;
    }

    /// <summary>Every finding, each once, the worst first.</summary>
    /// <param name="services">The services.</param>
    /// <param name="model">The file with VRRP and the settings of LVS; an empty one for services alone.</param>
    /// <param name="facts">What the kernel says.</param>
    public static ImmutableArray<LvsFinding> Judge(
        ImmutableArray<LvsService> services, KeepalivedModel model, LvsFacts facts)
    {
        var judge = new LvsJudge(services, model, facts);
        foreach (LvsService service in services)
        {
            judge.JudgeAddresses(service);
            foreach (LvsServer server in service.Servers)
            {
                judge.JudgeServer(service, server);
            }
            judge.JudgeNat(service);
        }
        judge.JudgeSynchronisation();
        judge.JudgeSettings();
        return [.. judge._findings.OrderByDescending(static f => f.Severity)];
    }

    private void Add(string code, LvsSeverity severity, string text, string? remedy = null, SourceSpan? span = null)
    {
        if (!_findings.Exists(f => f.Code == code && f.Text == text))
        {
            _findings.Add(new(code, severity, text, remedy, span));
        }
    }

    private void JudgeAddresses(LvsService service)
    {
        foreach (IpAddress address in service.Addresses)
        {
            if (IsVirtual(address) || !_facts.Routes.TryGetValue(address, out LvsRoute? route)
                || route?.IsLocal == true)
            {
                continue;
            }
            Add("address_nowhere", LvsSeverity.Prevents,
                $"{address} of {service.Name} is neither on this host nor a virtual address of a vrrp_instance: its "
                + "packets do not come here", $"write {address} into the virtual_ipaddress of a vrrp_instance, or: "
                + $"ip address add {IpPrefix.Host(address)} dev INTERFACE", service.Span);
        }
        if (_facts.Links.Contains("tunl0") && Strict("tunl0") && service.Addresses.Any(a => _facts.Addresses.Any(
            h => h.Prefix.Address == a && h.Interface == "tunl0")))
        {
            Add("tunnel_rp_filter", LvsSeverity.Prevents,
                "reverse path filtering is strict on tunl0: what clients send through the tunnel is dropped",
                "sysctl -w net.ipv4.conf.tunl0.rp_filter=2");
        }
    }

    private void JudgeServer(LvsService service, LvsServer server)
    {
        if (!_facts.Routes.TryGetValue(server.Address, out LvsRoute? route))
        {
            return; // not asked
        }
        if (route is null)
        {
            Add("no_route", LvsSeverity.Prevents, $"there is no route to the real server {server.Address}",
                server.Method == ForwardingMethod.Direct
                    ? "direct routing needs the real server in a network of this host" : null, server.Span);
        }
        else if (route.IsLocal)
        {
            JudgeLocal(service, server);
        }
        else if (server.Method == ForwardingMethod.Direct && !route.Gateway.IsNone)
        {
            Add("not_on_link", LvsSeverity.Prevents,
                $"the real server {server.Address} is behind the router {route.Gateway}, where direct routing does not "
                + "get", "use lvs_method TUN or NAT, or give this host an address in the real server's network",
                server.Span);
        }
        else if (server.Method == ForwardingMethod.Nat)
        {
            JudgeForwarding(server, route);
        }
    }

    private void JudgeForwarding(LvsServer server, LvsRoute route)
    {
        string family = server.Address.IsV6 ? "ipv6" : "ipv4";
        // The xdp plane sends answers on by itself.
        if (_model.Global.Plane != ForwardingPlane.Xdp
            && _facts.Setting($"{family}/conf/{route.Interface}/forwarding") == 0)
        {
            string general = server.Address.IsV6 ? "net.ipv6.conf.all.forwarding" : "net.ipv4.ip_forward";
            bool isGeneral = _facts.Setting($"{family}/conf/all/forwarding") == 0;
            Add("forwarding_off", LvsSeverity.Prevents, isGeneral
                ? $"this host forwards no {(server.Address.IsV6 ? "IPv6" : "IPv4")} packets: answers of NAT real "
                    + "servers do not get back to clients"
                : $"this host forwards nothing that comes in by {route.Interface}: answers of NAT real servers do not "
                    + "get back to clients",
                isGeneral ? $"sysctl -w {general}=1"
                    : $"sysctl -w net.{family}.conf.{route.Interface}.forwarding=1", server.Span);
        }
        if (!route.Gateway.IsNone && !server.IsMasqueraded && _facts.Ipvs("conntrack") is not > 0)
        {
            Add("nat_return", LvsSeverity.Warning,
                $"the NAT real server {server.Address} is behind the router {route.Gateway}: its answers come back "
                + "through this host only if that router sends them here",
                "use lvs_method TUN; or masquerade towards it, with #holdfast: masquerade on and the plane xdp or "
                + "nftables, or with sysctl -w net.ipv4.vs.conntrack=1", server.Span);
        }
    }

    /// <summary>The real server is this host: the kernel delivers to itself, whatever the method.</summary>
    private void JudgeLocal(LvsService service, LvsServer server)
    {
        if (server.Address.IsLoopback)
        {
            return; // a sorry server of its own, to which no other director sends anything
        }
        bool mayBeBackup = service.Addresses.Any(IsVirtual);
        bool isGuarded = _model.Global.Lvs.SyncDaemon is not null && _facts.Ipvs("backup_only") is > 0;
        if (mayBeBackup && server.Method != ForwardingMethod.Nat && !isGuarded && service.Servers.Length > 1)
        {
            Add("loop_when_backup", LvsSeverity.Warning,
                $"this host is a real server of {service.Name} and its director: as Backup it would distribute what "
                + "the Active sends it once more, and connections may go in a circle",
                "lvs_sync_daemon in global_defs, and sysctl -w net.ipv4.vs.backup_only=1", server.Span);
        }
    }

    private void JudgeNat(LvsService service)
    {
        LvsServer[] nat = [.. service.Servers.Where(
            static s => s.Method == ForwardingMethod.Nat && !s.IsMasqueraded)];
        foreach (LvsServer server in nat)
        {
            IpPrefix shared = Networks().FirstOrDefault(
                n => n.Contains(server.Address) && service.Addresses.Any(n.Contains));
            bool isLocal = _facts.Routes.GetValueOrDefault(server.Address)?.IsLocal == true;
            if (!shared.Address.IsNone && !isLocal && _facts.Ipvs("conntrack") is not > 0)
            {
                Add("nat_same_network", LvsSeverity.Warning,
                    $"{service.Name} and its NAT real servers are in one network, {shared.Network}: clients of that "
                    + "network get answers from an address that they did not ask",
                    "use lvs_method DR, or put the real servers into a network of their own behind this host; or "
                    + "masquerade towards them, with sysctl -w net.ipv4.vs.conntrack=1", server.Span);
                break;
            }
        }
        if (service.IsFtp && nat.Length > 0 && !_facts.HasFtpHelper)
        {
            Add("ftp_helper", LvsSeverity.Warning,
                $"{service.Name} is FTP behind NAT, whose data connections need the kernel's helper",
                "modprobe ip_vs_ftp; sysctl -w net.ipv4.vs.conntrack=1", service.Span);
        }
    }

    private void JudgeSynchronisation()
    {
        if (_model.Global.Lvs.SyncDaemon is not { } daemon)
        {
            return;
        }
        if (!_facts.Links.Contains(daemon.Interface))
        {
            Add("sync_interface_missing", LvsSeverity.Prevents,
                $"there is no interface {daemon.Interface} for lvs_sync_daemon: connections are not synchronised",
                null, daemon.Span);
        }
        if (_facts.Ipvs("sloppy_tcp") == 0)
        {
            Add("sloppy_tcp", LvsSeverity.Advice,
                "a TCP connection that was not synchronised yet ends when the other director takes over",
                "sysctl -w net.ipv4.vs.sloppy_tcp=1 goes on with it, where the scheduler finds the same server (sh, "
                + "mh, persistence)", daemon.Span);
        }
    }

    private void JudgeSettings()
    {
        if (_facts.Ipvs("conn_reuse_mode") == 0)
        {
            Add("conn_reuse_mode", LvsSeverity.Warning,
                "conn_reuse_mode is 0: a client that uses a port again goes to its old real server, even if that is "
                + "gone", "sysctl -w net.ipv4.vs.conn_reuse_mode=1");
        }
        if (_services.Any(static s => s.IsPersistent && s.Servers.Any(static r => r.StaysWhenDown))
            && _facts.Ipvs("expire_quiescent_template") == 0)
        {
            Add("expire_quiescent_template", LvsSeverity.Warning,
                "with persistence and inhibit_on_failure, clients of a failed real server go on to be sent to it",
                "sysctl -w net.ipv4.vs.expire_quiescent_template=1");
        }
        if (_services.Any(static s => s.Servers.Any(static r => !r.StaysWhenDown))
            && _facts.Ipvs("expire_nodest_conn") == 0)
        {
            Add("expire_nodest_conn", LvsSeverity.Advice,
                "packets of connections to a real server that was removed are dropped without an answer",
                "sysctl -w net.ipv4.vs.expire_nodest_conn=1 ends such connections at their next packet");
        }
    }

    /// <summary>Networks that this host is in, or will be while it is Active; not whole hosts.</summary>
    private IEnumerable<IpPrefix> Networks()
        => _facts.Addresses.Select(static a => a.Prefix)
            .Concat(_model.Instances.SelectMany(static i => i.Addresses).Select(static a => a.Prefix))
            .Where(static p => p.Length < p.Address.BitCount && !p.Address.IsLinkLocalV6 && !p.Address.IsLoopback);

    private bool IsVirtual(IpAddress address)
        => _model.Instances.Any(i => i.Addresses.Concat(i.ExcludedAddresses).Any(a => a.Prefix.Address == address))
            || _model.StaticAddresses.Any(a => a.Prefix.Address == address);

    private bool Strict(string name)
        => Math.Max(_facts.Setting("ipv4/conf/all/rp_filter") ?? 0,
            _facts.Setting($"ipv4/conf/{name}/rp_filter") ?? 0) == 1;
}
