using System.Runtime.ExceptionServices;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Text;
using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Runtime.Checks;

namespace Holdfast.Runtime.Tests.Checks;

/// <summary>An engine on a private loopback, and a loop that runs until something is the case.</summary>
internal sealed class CheckBed : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private CheckBed(CheckEngineOptions? options, EpollLoop loop)
    {
        Loop = loop;
        Engine = new CheckEngine(loop, options ?? new CheckEngineOptions(), Reports.Add);
    }

    internal EpollLoop Loop { get; }

    internal CheckEngine Engine { get; }

    internal List<ServerReport> Reports { get; } = [];

    internal ServerReport Last => Reports[^1];

    /// <summary>Runs a test on a thread of its own, in a network namespace that has only a loopback.</summary>
    internal static void Run(Action<CheckBed> test, Func<EpollLoop, CheckEngineOptions>? options = null)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                NetworkNamespace.UnshareCurrentThread();
                using (var route = RouteNetlink.Open())
                {
                    route.SetLinkUp(1, up: true).ThrowIfFailed("set lo up");
                }
                using var loop = new EpollLoop();
                using var bed = new CheckBed(options?.Invoke(loop), loop);
                test(bed);
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e); // told by the thread of the test
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    /// <summary>One real server on the loopback with these checkers, probed every 50 ms.</summary>
    internal static KeepalivedModel Model(int port, string checkers, string more = "", string before = "")
    {
        string text = $"{before}\nvirtual_server 10.9.9.9 80 {{\nprotocol TCP\nlvs_sched rr\nlvs_method NAT\nwarmup 0\n"
            + $"delay_loop 0.05\ndelay_before_retry 0.02\n{more}\n"
            + $"real_server 127.0.0.1 {port} {{\n{checkers}\n}}\n}}\n";
        KeepalivedParseResult result = KeepalivedParser.Parse("test.conf", MemoryConfigFiles.Of("test.conf", text),
            new KeepalivedParseOptions { AcceptLoss = true });
        Assert.DoesNotContain(result.Diagnostics, static d => d.Severity == Severity.Error);
        return result.Model;
    }

    internal void Apply(KeepalivedModel model) => Engine.Apply(model, MonotonicClock.Now);

    /// <summary>Runs the loop until a report comes that is not the same as the last one.</summary>
    internal ServerReport NextReport()
    {
        int count = Reports.Count;
        Until(() => Reports.Count > count);
        return Last;
    }

    /// <summary>Applies a configuration of one checker and waits for its first report.</summary>
    internal ServerReport First(KeepalivedModel model)
    {
        Apply(model);
        return NextReport();
    }

    internal void Until(Func<bool> condition)
    {
        MonotonicTime end = MonotonicClock.Now + s_patience;
        while (!condition())
        {
            Assert.True(MonotonicClock.Now < end, "nothing happened in 20 s");
            Loop.RunOnce(MonotonicTime.Min(Engine.Deadline, end));
            Engine.OnTime(MonotonicClock.Now);
        }
    }

    public void Dispose() => Engine.Dispose();
}
