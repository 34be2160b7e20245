using Holdfast.Lab;
using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Demo;

/// <summary>The lab of the demo and the acts that scenes are made of.</summary>
internal sealed class DemoStage : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly Lab.Lab _lab;
    private readonly string _program;
    private readonly CancellationToken _cancelled;

    internal DemoStage(string program, DemoState state, CancellationToken cancelled)
    {
        _program = program;
        _cancelled = cancelled;
        State = state;
        _lab = Lab.Lab.Create(new LabOptions { SharedDirectories = [Path.GetDirectoryName(program)!] });
        LabSegment lan = _lab.AddSegment();
        LabNode one = _lab.AddNode("node1");
        LabNode two = _lab.AddNode("node2");
        _ = lan.Attach(one, "192.168.1.11/24");
        _ = lan.Attach(two, "192.168.1.12/24");
        LabLink client = lan.Attach(_lab.AddNode("client"), "192.168.1.50/24");
        Node1 = new DemoNode(one, state);
        Node2 = new DemoNode(two, state);
        Meter = PingMeter.Start(client, new PingOptions { Target = Address, DurationMax = TimeSpan.FromMinutes(3) });
    }

    /// <summary>The virtual address of the seed's files.</summary>
    internal static IpAddress Address { get; } = IpAddress.V4(192, 168, 1, 100);

    internal DemoState State { get; }

    internal DemoNode Node1 { get; }

    internal DemoNode Node2 { get; }

    internal PingMeter Meter { get; }

    internal IReadOnlyList<LabNode> Nodes => _lab.Nodes;

    /// <summary>Starts what does not run, and waits until node1 is Active.</summary>
    /// <param name="config">What node1 is to run.</param>
    internal void EnsureNode1Active(string config)
    {
        if (Node1.IsUp && Node1.Config != config)
        {
            StopAndWait(Node1);
        }
        if (!Node1.Node.IsRunning)
        {
            State.Log("node1", "is powered on again");
            Node1.Node.PowerOn();
        }
        if (config == Scenes.NginxConfig)
        {
            StartNginx();
        }
        StartIfDown(Node1, config);
        StartIfDown(Node2, Scenes.BackupConfig);
        WaitForAnswers(Node1);
        Pass(TimeSpan.FromSeconds(1));
    }

    /// <summary>Waits until a node answers for the address.</summary>
    internal void WaitForAnswers(DemoNode node)
        => Require(() => Meter.LastResponder == node.Node, $"{node.Node.Name} did not become Active");

    internal void StartIfDown(DemoNode node, string config)
    {
        if (!node.IsUp)
        {
            node.Start(_program, config, Scenes.Read(config));
        }
    }

    internal void StopAndWait(DemoNode node)
    {
        node.Stop();
        Require(() => !node.IsUp, $"{node.Node.Name} did not end");
    }

    /// <summary>Plays a process that is called nginx, which the seed's script looks for.</summary>
    internal void StartNginx()
    {
        State.Log("node1", "starts a process called nginx");
        Nginx ??= Node1.Node.Start("sleep", ["infinity"], name: "nginx");
    }

    internal void KillNginx()
    {
        State.Log("node1", "loses its nginx");
        Nginx?.Dispose();
        Nginx = null;
    }

    /// <summary>Does something and measures what the client sees of it.</summary>
    /// <param name="title">For the table.</param>
    /// <param name="act">What is done.</param>
    /// <param name="successor">Who answers in the end.</param>
    /// <param name="ifNot">What it means when the successor does not come; null: that is a failure.</param>
    internal void Measure(string title, Action act, DemoNode successor, string? ifNot = null)
    {
        MonotonicTime from = MonotonicClock.Now;
        act();
        bool moved = WaitUntil(() => Meter.LastResponder == successor.Node, Patience);
        if (!moved && ifNot is null)
        {
            throw new LabTimeoutException($"{successor.Node.Name} did not take over");
        }
        Pass(TimeSpan.FromMilliseconds(800)); // pings that are lost after the move would show here
        PingReport report = Meter.Report(from - TimeSpan.FromMilliseconds(20));
        State.Add(new(title, moved ? $"{successor.Node.Name} answers" : ifNot!, report.LostCount, report.Blackout));
        State.Log("client", report.LostCount == 0 ? "no ping lost"
            : $"{report.LostCount} pings lost, blackout {report.Blackout.TotalMilliseconds:F0} ms");
    }

    /// <summary>Does something that is to move nothing, and measures for a while what the client sees of it.</summary>
    /// <param name="title">For the table.</param>
    /// <param name="act">What is done.</param>
    /// <param name="time">How long it is watched after that.</param>
    internal void MeasureStill(string title, Action act, TimeSpan time)
    {
        MonotonicTime from = MonotonicClock.Now;
        act();
        bool moved = WaitUntil(() => Meter.LastResponder != Node1.Node, time);
        if (moved)
        {
            Pass(time);
        }
        PingReport report = Meter.Report(from - TimeSpan.FromMilliseconds(20));
        string answers = Meter.LastResponder?.Name ?? "nobody";
        State.Add(new(title, moved ? $"it moved; {answers} answers" : $"{answers} answers, nothing moved",
            report.LostCount, report.Blackout));
        State.Log("client", report.LostCount == 0 ? "no ping lost" : $"{report.LostCount} pings lost");
    }

    /// <summary>Waits until a node's kernel has let the address go, and notes how long that took.</summary>
    /// <param name="node">The node.</param>
    /// <param name="since">When its processes were killed.</param>
    internal void WaitForRelease(DemoNode node, MonotonicTime since)
    {
        string name = node.Node.Name;
        if (WaitUntil(() => !node.Has(Address), TimeSpan.FromSeconds(5)))
        {
            TimeSpan time = MonotonicClock.Now - since;
            State.Log(name, $"its kernel has let the address go, {time.TotalSeconds:F1} s after the kill at most");
        }
        else
        {
            State.Log(name, "its kernel still has the address: two hosts answer for it");
        }
    }

    /// <summary>Lets time pass for the viewer.</summary>
    internal void Pass(TimeSpan time) => _ = WaitUntil(static () => false, time);

    public void Dispose()
    {
        Meter.Dispose();
        Node1.Dispose();
        Node2.Dispose();
        _lab.Dispose();
    }

    private LabProcess? Nginx { get; set; }

    private void Require(Func<bool> condition, string otherwise)
    {
        if (!WaitUntil(condition, Patience))
        {
            throw new LabTimeoutException(otherwise);
        }
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
            TimeSpan left = deadline - MonotonicClock.Now;
            _ = DescriptorWait.ForRead(never.Fd, left < TimeSpan.FromMilliseconds(20) ? left
                : TimeSpan.FromMilliseconds(20));
        }
        return condition();
    }
}
