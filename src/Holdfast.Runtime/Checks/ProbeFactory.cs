using Holdfast.Config.Keepalived.Model;
using Holdfast.Health.Wire;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.OpenSsl;
using Holdfast.Linux.Sockets;
using Holdfast.Runtime.Checks.Probes;

namespace Holdfast.Runtime.Checks;

/// <summary>Makes the probes of checkers, and owns what they share.</summary>
internal sealed class ProbeFactory(EpollLoop loop, CheckEngineOptions options) : IDisposable
{
    private const int BufferSize = 64 * 1024;

    // One for all: a probe uses it only within one call.
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly List<IDisposable> _owned = [];
    private readonly List<string> _problems = [];
    private SslModel? _sslModel;
    private TlsClientContext? _tls;
    private ushort _dnsId = unchecked((ushort)(options.Seed * 0x9E37));

    /// <summary>What keeps checks of the last configuration from being made.</summary>
    internal IReadOnlyList<string> Problems => _problems;

    /// <summary>How many probes make one check.</summary>
    internal static int StepsOf(CheckerModel checker) => checker is HttpCheckModel http ? http.Urls.Length : 1;

    /// <summary>Whether the checker counts as down until it has succeeded.</summary>
    internal static bool StartsDown(CheckerModel checker)
        => checker is not (FileCheckModel or BfdCheckModel) && checker.Timing.Alpha;

    /// <summary>Called before the probes of a configuration are made.</summary>
    internal void Begin(KeepalivedModel model)
    {
        _problems.Clear();
        bool pings = model.VirtualServers.Any(static v => v.RealServers.Any(static r =>
            r.Checkers.Any(static c => c is PingCheckModel)));
        if (pings && PingGroupRange.TryAllow() is not Errno.Success and var errno)
        {
            _problems.Add($"PING_CHECK: net.ipv4.ping_group_range does not let us in, and cannot be changed: {errno}");
        }
        bool needsTls = model.VirtualServers.Any(static v => v.RealServers.Any(static r =>
            r.Checkers.Any(static c => c is HttpCheckModel { IsTls: true })));
        if (!needsTls || (_tls is not null && model.Ssl == _sslModel))
        {
            return;
        }
        _sslModel = model.Ssl;
        _tls = TlsClientContext.TryCreate(new TlsClientOptions(model.Ssl?.CaFile, model.Ssl?.CertificateFile,
            model.Ssl?.KeyFile, model.Ssl?.Password), out string? problem);
        if (_tls is not null)
        {
            _owned.Add(_tls);
        }
        else
        {
            _problems.Add($"SSL: {problem}");
        }
    }

    /// <summary>The probe; null for a checker that is told instead of asking.</summary>
    internal Probe? Create(CheckerModel checker) => checker switch
    {
        TcpCheckModel tcp => new TcpProbe(loop, Target(tcp), tcp.Connection.Timeout),
        HttpCheckModel http => CreateHttp(http),
        SmtpCheckModel smtp => new SmtpProbe(loop, Target(smtp), smtp.Connection.Timeout, smtp.HeloName, _buffer),
        DnsCheckModel dns => new DnsProbe(loop, Target(dns), dns.Connection.Timeout, dns.QueryName,
            DnsMessage.TypeOf(dns.QueryType), unchecked(_dnsId += 7919), _buffer),
        UdpCheckModel udp => new UdpProbe(loop, Target(udp), udp, _buffer),
        PingCheckModel ping => new PingProbe(loop, Target(ping), ping.Connection.Timeout, _buffer),
        MiscCheckModel misc => CreateScript(misc),
        _ => null,
    };

    public void Dispose()
    {
        foreach (IDisposable owned in _owned)
        {
            owned.Dispose();
        }
        _owned.Clear();
        _tls = null;
    }

    private HttpProbe CreateHttp(HttpCheckModel http)
    {
        HttpPage[] pages = [.. http.Urls.Select(url => new HttpPage(http, url))];
        _problems.AddRange(pages.Where(static p => p.Problem is not null).Select(static p => p.Problem!));
        return new HttpProbe(loop, Target(http), http, pages, http.IsTls ? _tls : null, _buffer);
    }

    private ScriptProbe CreateScript(MiscCheckModel misc)
    {
        Scripts.PreparedCommand? command = options.Prepare(misc.Command);
        if (command is null)
        {
            _problems.Add($"MISC_CHECK: '{misc.Command.Arguments[0]}' cannot be run");
        }
        return new ScriptProbe(options.Scripts, command, misc.Timeout, misc.IsDynamic);
    }

    private static ProbeTarget Target(NetworkCheckerModel checker)
    {
        CheckConnectionModel connection = checker.Connection;
        return new ProbeTarget(connection.Address, connection.Port, connection.BindAddress, connection.BindPort,
            connection.BindInterface, connection.Mark);
    }
}
