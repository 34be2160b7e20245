using System.Net;
using Holdfast.Lab;
using Holdfast.Lab.Traffic;
using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Demo.Lvs;

/// <summary>The lab: two directors, two real servers and a client, with the addresses of the seed's files.</summary>
internal sealed class LvsStage : IDisposable
{
    private const int LongCount = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TableInterval = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);

    private readonly CancellationToken _cancelled;
    private readonly Lab.Lab _lab;
    private readonly LabNode _client;
    private readonly IPEndPoint _target = new(IPAddress.Parse("192.168.1.100"), TrafficServer.Port);
    private readonly EventFd _ended = new();
    private readonly Thread[] _observers;
    private int[] _totals = [0, 0];
    private int _seen;
    private volatile TableText _table = new("", []);
    private volatile bool _isEnding;

    internal LvsStage(string program, LvsReport report, CancellationToken cancelled)
    {
        _cancelled = cancelled;
        Report = report;
        _lab = Lab.Lab.Create(new LabOptions
        {
            SharedDirectories = [Path.GetDirectoryName(program)!, Path.GetDirectoryName(Environment.ProcessPath)!],
        });
        LabSegment lan = _lab.AddSegment();
        Directors = [Director("director1", "192.168.1.11"), Director("director2", "192.168.1.12")];
        Servers = [Server("web1", "192.168.1.101"), Server("web2", "192.168.1.102")];
        _client = _lab.AddNode("client");
        _ = lan.Attach(_client, "192.168.1.50/24");
        // Threads of their own: the play waits for things, and the view wants to see meanwhile.
        _observers = [new Thread(Observe) { IsBackground = true }, new Thread(ReadTable) { IsBackground = true }];

        LvsDirector Director(string name, string address)
        {
            LabNode node = _lab.AddNode(name);
            _ = lan.Attach(node, address + "/24");
            _ = node.Run(static () =>
            {
                // Where there is an IPVS: a port used again is a new connection, and it goes on with connections that
                // it has not been told of.
                _ = InterfaceInfo.TryWriteSysctl("ipv4/vs/expire_nodest_conn", 1);
                return InterfaceInfo.TryWriteSysctl("ipv4/vs/sloppy_tcp", 1);
            });
            return new LvsDirector(node, address, program, report);
        }

        TrafficServer Server(string name, string address)
        {
            LabNode node = _lab.AddNode(name);
            _ = lan.Attach(node, address + "/24");
            // Direct routing: it has the address, and does not say so.
            node.SetSysctl("ipv4/conf/all/arp_ignore", 1);
            node.SetSysctl("ipv4/conf/all/arp_announce", 2);
            node.Route.AddAddress(new() { Prefix = new(VirtualAddress, 32), InterfaceIndex = 1 })
                .ThrowIfFailed("add the virtual address to lo");
            return TrafficServer.Start(node);
        }
    }

    /// <summary>The virtual address of the seed's files.</summary>
    internal static IpAddress VirtualAddress { get; } = IpAddress.V4(192, 168, 1, 100);

    internal LvsReport Report { get; }

    internal LvsDirector[] Directors { get; }

    internal TrafficServer[] Servers { get; }

    internal RequestLoad Load { get; private set; } = null!;

    internal LongConnections? Long { get; private set; }

    /// <summary>The director that answers, as far as the daemons say.</summary>
    internal LvsDirector? Active => Array.Find(Directors, static director => director.Role == NodeRole.Active);

    /// <summary>Lets the client ask, and the view be told.</summary>
    internal void Begin()
    {
        Load = RequestLoad.Start(_client, _target, workers: 4, TimeSpan.FromMilliseconds(25),
            TimeSpan.FromSeconds(10));
        Array.ForEach(_observers, static observer => observer.Start());
    }

    /// <summary>Opens connections that stay.</summary>
    internal void OpenLong()
    {
        Long = LongConnections.Start(_client, _target, LongCount);
        Require(() => Long.Report().All(static one => one.Answers > 0), "not all long connections were answered");
    }

    /// <summary>The requests that began at a time or later, and have come to their end.</summary>
    internal IReadOnlyList<Request> Since(MonotonicTime begin)
        => [.. Load.From(0).Where(request => request.Begin >= begin)];

    /// <summary>Waits until both servers answer requests that have not begun yet.</summary>
    internal void WaitForBoth()
    {
        MonotonicTime now = MonotonicClock.Now;
        foreach (TrafficServer server in Servers)
        {
            Require(() => Since(now).Any(request => request.Server == server.Name
                && request.Outcome == RequestOutcome.Served), $"{server.Name} does not get requests");
        }
    }

    /// <summary>Whether a director has a server in its table, by what ipvsadm says.</summary>
    internal static bool IsInTable(LvsDirector director, string address) => director.Run("ipvsadm -Ln")
        .Any(line => line.Contains($"-> {address}:80 ", StringComparison.Ordinal));

    /// <summary>Tells what carries the services out that ipvsadm has made.</summary>
    internal void TellPlane()
    {
        LvsDirector director = Directors[0];
        // IPVS comes with its module, which ipvsadm has asked for.
        bool hasIpvs = director.Node.Run(static () => File.Exists("/proc/net/ip_vs"));
        bool hasXdp = director.Run("ls /sys/fs/bpf/holdfast").Any(static line
            => line.StartsWith("xdp", StringComparison.Ordinal));
        string text = hasIpvs ? "carried out by the kernel's IPVS"
            : hasXdp ? "carried out by the xdp plane: this kernel has no IPVS"
            : "carried out by nobody: this kernel has no IPVS, and there is no director at XDP";
        Report.Plane(text);
        Report.Event(director.Name, "the services are " + text);
    }

    /// <summary>Tells what the daemon says of it: nothing of IPVS, and nothing when it is not ours.</summary>
    internal void TellStatus()
    {
        string? line = Directors[0].Run("holdfast status").FirstOrDefault(static line
            => line.Contains("carried out by", StringComparison.Ordinal));
        if (line is not null)
        {
            Report.Event(Directors[0].Name, "holdfast status: " + line.Trim());
        }
    }

    internal void Require(Func<bool> condition, string otherwise)
    {
        if (!WaitUntil(condition, Patience))
        {
            throw new LabTimeoutException(otherwise);
        }
    }

    /// <summary>Lets time pass for the viewer.</summary>
    internal void Pass(TimeSpan time) => _ = WaitUntil(static () => false, time);

    public void Dispose()
    {
        _isEnding = true;
        _ended.Raise();
        foreach (Thread observer in _observers.Where(static observer => observer.IsAlive))
        {
            observer.Join();
        }
        Long?.Dispose();
        Load?.Dispose();
        Array.ForEach(Servers, static server => server.Dispose());
        Array.ForEach(Directors, static director => director.Dispose());
        _lab.Dispose();
        _ended.Dispose();
    }

    private bool WaitUntil(Func<bool> condition, TimeSpan timeout)
    {
        MonotonicTime deadline = MonotonicClock.Now + timeout;
        using var never = new EventFd();
        while (MonotonicClock.Now < deadline)
        {
            _cancelled.ThrowIfCancellationRequested();
            if (condition())
            {
                return true;
            }
            _ = DescriptorWait.ForRead(never.Fd, TimeSpan.FromMilliseconds(20));
        }
        return condition();
    }

    private void ReadTable()
    {
        while (!_isEnding)
        {
            if (Active is { } active && active.Run("ipvsadm -Ln") is { Count: > 0 } table)
            {
                _table = new(active.Name, table);
            }
            _ = DescriptorWait.ForRead(_ended.Fd, TableInterval);
        }
    }

    private void Observe()
    {
        while (!_isEnding)
        {
            DirectorLook[] directors = [.. Directors.Select(static director => director.Look(VirtualAddress))];
            IReadOnlyList<Request> fresh = Load.From(_seen);
            _seen += fresh.Count;
            int[] served = [.. Servers.Select(server => fresh.Count(r
                => r.Outcome == RequestOutcome.Served && r.Server == server.Name))];
            _totals = [.. _totals.Zip(served, static (total, now) => total + now)];
            ServerLook[] servers = [.. Servers.Select((server, i) => new ServerLook(server.Name,
                server.Node.Links[0].Addresses[0].Address.ToString(), server.IsAlive, served[i], _totals[i]))];
            int waiting = Long?.Report().Count(static one => one.LongestWait > Slow || one.Failure is not null) ?? 0;
            Long?.ForgetWaits();
            TableText table = _table;
            Report.Look(new(0, directors, servers, fresh.Count - served.Sum(), waiting, table.Of, table.Lines));
            _ = DescriptorWait.ForRead(_ended.Fd, LvsLook.Interval);
        }
    }

    private sealed record TableText(string Of, IReadOnlyList<string> Lines);
}
