using System.Net;
using Holdfast.Lab;
using Holdfast.Lab.Traffic;
using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Demo.Traffic;

/// <summary>The lab of a play: two balancers, two web servers and a client, with the addresses of the seed's files.
/// </summary>
internal abstract class PlayStage<TBalancer> : IDisposable
    where TBalancer : Balancer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TableInterval = TimeSpan.FromMilliseconds(700);

    private readonly CancellationToken _cancelled;
    private readonly Lab.Lab _lab;
    private readonly LabSegment _lan;
    private readonly EventFd _ended = new();
    private readonly Thread[] _observers;
    private int[] _totals = [0, 0];
    private int _seen;
    private volatile TableText _table = new("", []);
    private volatile bool _isEnding;

    /// <summary>Makes the nodes.</summary>
    /// <param name="program">What the balancers run: its directory is shared with them.</param>
    /// <param name="report">Is told everything.</param>
    /// <param name="cancelled">Ends every wait.</param>
    protected PlayStage(string program, PlayReport report, CancellationToken cancelled)
    {
        _cancelled = cancelled;
        Report = report;
        _lab = Lab.Lab.Create(new LabOptions
        {
            SharedDirectories = [Path.GetDirectoryName(program)!, Path.GetDirectoryName(Environment.ProcessPath)!],
        });
        _lan = _lab.AddSegment();
        Balancers = [AddBalancer(1, "192.168.1.11"), AddBalancer(2, "192.168.1.12")];
        Servers = [Server("web1", "192.168.1.101"), Server("web2", "192.168.1.102")];
        Client = AddNode("client", "192.168.1.50");
        // Threads of their own: the play waits for things, and the view wants to see meanwhile.
        _observers = [new Thread(Observe) { IsBackground = true }, new Thread(ReadTable) { IsBackground = true }];

        TrafficServer Server(string name, string address)
        {
            LabNode node = AddNode(name, address);
            PrepareServer(node);
            return TrafficServer.Start(node);
        }
    }

    /// <summary>The virtual address of the seed's files.</summary>
    internal static IpAddress VirtualAddress { get; } = IpAddress.V4(192, 168, 1, 100);

    internal PlayReport Report { get; }

    internal TBalancer[] Balancers { get; }

    internal TrafficServer[] Servers { get; }

    /// <summary>The balancer that answers, as far as the daemons say.</summary>
    internal TBalancer? Active => Array.Find(Balancers, static one => one.Role == NodeRole.Active);

    /// <summary>Where the client asks.</summary>
    protected IPEndPoint Target { get; } = new(IPAddress.Parse("192.168.1.100"), TrafficServer.Port);

    /// <summary>The node that asks.</summary>
    protected LabNode Client { get; }

    /// <summary>Connections of the client that wait too long.</summary>
    protected virtual int WaitingCount => 0;

    private RequestLoad Load { get; set; } = null!;

    /// <summary>Lets the client ask, and the view be told.</summary>
    internal void Begin()
    {
        Load = RequestLoad.Start(Client, Target, workers: 4, TimeSpan.FromMilliseconds(25), TimeSpan.FromSeconds(10));
        Array.ForEach(_observers, static observer => observer.Start());
    }

    /// <summary>The requests that began at a time or later, and have come to their end.</summary>
    internal IReadOnlyList<Request> Since(MonotonicTime begin)
        => [.. Load.From(0).Where(request => request.Begin >= begin)];

    /// <summary>How many of them have failed.</summary>
    internal int FailedSince(MonotonicTime begin)
        => Since(begin).Count(static request => request.Outcome != RequestOutcome.Served);

    /// <summary>How long after a time requests began that failed.</summary>
    internal TimeSpan LastFailure(MonotonicTime from) => Since(from)
        .Where(static request => request.Outcome != RequestOutcome.Served)
        .Select(request => request.Begin - from).DefaultIfEmpty().Max();

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

    /// <summary>Waits for a condition.</summary>
    /// <exception cref="LabTimeoutException">It did not come.</exception>
    internal void Require(Func<bool> condition, string otherwise)
    {
        if (!WaitUntil(condition, Patience))
        {
            throw new LabTimeoutException(otherwise);
        }
    }

    /// <summary>Fails unless something is so.</summary>
    /// <exception cref="LabTimeoutException">It is not.</exception>
    internal static void Expect(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new LabTimeoutException(otherwise);
        }
    }

    /// <summary>Lets time pass for the viewer.</summary>
    internal void Pass(TimeSpan time) => _ = WaitUntil(static () => false, time);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        _isEnding = true;
        _ended.Raise();
        foreach (Thread observer in _observers.Where(static observer => observer.IsAlive))
        {
            observer.Join();
        }
        Load?.Dispose();
        Array.ForEach(Servers, static server => server.Dispose());
        Array.ForEach(Balancers, static balancer => balancer.Dispose());
        _lab.Dispose();
        _ended.Dispose();
    }

    /// <summary>Makes a balancer. Called by the constructor of this class.</summary>
    protected abstract TBalancer AddBalancer(int number, string address);

    /// <summary>What a server's node needs before its program starts. Called by the constructor of this class.
    /// </summary>
    protected virtual void PrepareServer(LabNode node)
    {
    }

    /// <summary>What the Active says of its servers, in lines; empty: nothing.</summary>
    protected abstract IReadOnlyList<string> TableOf(TBalancer active);

    /// <summary>What that says of one server; null: it is not used.</summary>
    protected abstract string? StateIn(IReadOnlyList<string> table, string server);

    /// <summary>A node in the network of the seed's files.</summary>
    protected LabNode AddNode(string name, string address)
    {
        LabNode node = _lab.AddNode(name);
        _ = _lan.Attach(node, address + "/24");
        return node;
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
            if (Active is { } active && TableOf(active) is { Count: > 0 } table)
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
            BalancerLook[] balancers = [.. Balancers.Select(static one => one.Look(VirtualAddress))];
            TableText table = _table;
            IReadOnlyList<Request> fresh = Load.From(_seen);
            _seen += fresh.Count;
            int[] served = [.. Servers.Select(server => fresh.Count(r
                => r.Outcome == RequestOutcome.Served && r.Server == server.Name))];
            _totals = [.. _totals.Zip(served, static (total, now) => total + now)];
            ServerLook[] servers = [.. Servers.Select((server, i) =>
            {
                string address = server.Node.Links[0].Addresses[0].Address.ToString();
                return new ServerLook(server.Name, address, server.IsAlive, served[i], _totals[i],
                    StateIn(table.Lines, address));
            })];
            Report.Look(new(0, balancers, servers, fresh.Count - served.Sum(), WaitingCount, table.Of, table.Lines));
            _ = DescriptorWait.ForRead(_ended.Fd, PlayLook.Interval);
        }
    }

    private sealed record TableText(string Of, IReadOnlyList<string> Lines);
}
