using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Text;
using Holdfast.Health.Services;
using Holdfast.Layer4;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Runtime.Checks.Process;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Tests.Checks.Process;

/// <summary>
/// The checks process on a thread, in a network namespace with a loopback, with a plane in memory; the test is its
/// supervisor.
/// </summary>
internal sealed class ProcessBed : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-checks-");
    private readonly ConcurrentQueue<string> _told = [];
    private readonly ConcurrentQueue<PlaneWait> _planeWaits = [];
    private readonly Dictionary<int, TcpListener> _servers = [];
    private ChildChannel? _channel;
    private Thread? _thread;
    private uint _generation;
    private int _lastPort = 2000;

    internal FakePlane Plane { get; } = new();

    /// <summary>What was told of services so far, in words.</summary>
    internal IReadOnlyCollection<string> Told => _told;

    /// <summary>What the process has said of the plane, as far as its messages were received.</summary>
    internal IReadOnlyCollection<PlaneWait> PlaneWaits => _planeWaits;

    internal string Log => File.Exists(In("log")) ? File.ReadAllText(In("log")) : "";

    /// <summary>Runs a test on a thread of its own, in a network namespace that has only a loopback.</summary>
    internal static void Run(Action<ProcessBed> test)
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
                using var bed = new ProcessBed();
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

    /// <summary>A service with these lines, checked every 50 ms.</summary>
    internal static string Service(string lines, string target = "10.9.9.9 80")
        => $"virtual_server {target} {{\nprotocol TCP\nlvs_sched rr\nlvs_method NAT\nwarmup 0\ndelay_loop 0.05\n"
            + $"delay_before_retry 0.02\n{lines}\n}}\n";

    /// <summary>A real server on the loopback with a TCP check.</summary>
    internal static string Server(int port, string lines = "")
        => $"real_server 127.0.0.1 {port} {{\n{lines}\nTCP_CHECK {{\nretry 0\n}}\n}}\n";

    /// <summary>Starts a process with a configuration.</summary>
    internal void Start(string text, bool continues = false, bool hasHeir = false, bool keeps = false)
    {
        _channel = ChildChannel.Create(out FdHandle childEnd);
        var options = new CheckProcessOptions
        {
            OpenPlane = Plane.TryOpen,
            OwnsProcess = false,
            KeepsServices = keeps,
            RunDirectory = _directory.FullName,
            Program = Path.Combine(AppContext.BaseDirectory, "Holdfast.TestChild"),
            Told = (model, change) => Note(model, change),
        };
        _thread = new Thread(() =>
        {
            using var channel = new ChildChannel(childEnd);
            using var log = new Log(
                new LogOptions { Identity = "test", Syslog = false, File = In("log") }, TimeProvider.System);
            CheckProcess.Run(channel, options, log);
        }) { IsBackground = true };
        _thread.Start();
        Assert.Equal(MessageKind.Started, Receive());
        Send(new ChecksConfigurationMessage(++_generation, continues, hasHeir), text);
        Assert.Equal(MessageKind.Ready, Receive());
    }

    internal void Reload(string text)
    {
        Send(new ReloadMessage(++_generation), text);
        Assert.Equal(MessageKind.ReloadDone, Receive());
    }

    internal void Ping()
    {
        _channel!.TrySend(new PingMessage(0));
        Assert.Equal(MessageKind.Pong, Receive());
    }

    /// <summary>Tells it to stop, and waits for its end.</summary>
    internal void Stop()
    {
        _channel!.TrySend(new StopMessage(1000));
        Assert.Equal(MessageKind.Stopped, Receive());
        Join();
    }

    /// <summary>Tells it that it is not needed any more, and waits for its end.</summary>
    internal void Retire()
    {
        _channel!.TrySend(new RetireMessage(0));
        Assert.Equal(MessageKind.Stopped, Receive());
        Join();
    }

    /// <summary>Tells it to stop, and at once to reload; waits for its end.</summary>
    internal void StopAndReload(string text)
    {
        _channel!.TrySend(new StopMessage(1000));
        Send(new ReloadMessage(++_generation), text);
        Assert.Equal(MessageKind.Stopped, Receive());
        Join();
    }

    /// <summary>Closes its channel, as the death of a supervisor does, and waits for its end.</summary>
    internal void Abandon()
    {
        _channel!.Dispose();
        _channel = null;
        Join();
    }

    /// <summary>A server that takes connections.</summary>
    /// <param name="port">0: another one, below those from which a check may connect to itself.</param>
    internal int Listen(int port = 0)
    {
        port = port == 0 ? ++_lastPort : port;
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start(4096); // the kernel takes connections, and nobody has to, for minutes
        _servers[port] = listener;
        return port;
    }

    /// <summary>The server does not listen any more.</summary>
    internal void Close(int port)
    {
        _servers.Remove(port, out TcpListener? listener);
        listener!.Dispose();
    }

    internal void AwaitPlane(string expected) => Await(() => Plane.Text, expected);

    internal static void Await<T>(Func<T> read, T expected)
    {
        _ = SpinWait.SpinUntil(() => Equals(read(), expected), 20_000);
        Assert.Equal(expected, read());
    }

    internal void AwaitLog(string text)
        => Assert.True(SpinWait.SpinUntil(() => Log.Contains(text, StringComparison.Ordinal), 20_000), Log);

    internal string In(string name) => Path.Combine(_directory.FullName, name);

    public void Dispose()
    {
        _channel?.Dispose();
        _thread?.Join(TimeSpan.FromSeconds(20));
        foreach (TcpListener server in _servers.Values)
        {
            server.Dispose();
        }
        _directory.Delete(recursive: true);
    }

    private void Note(KeepalivedModel model, Runtime.Checks.ServiceChange change)
    {
        foreach (ServiceEffect effect in change.Effects)
        {
            VirtualServerModel service = model.VirtualServers[change.Service];
            _told.Enqueue(effect.Server < 0 ? $"{effect.Kind} {effect.Weight}"
                : $"{effect.Kind} {service.RealServers[effect.Server].Port}");
        }
    }

    private void Join() => Assert.True(_thread!.Join(TimeSpan.FromSeconds(20)), "the process does not end");

    private void Send<T>(in T message, string text)
        where T : unmanaged, IChildMessage
    {
        var options = new KeepalivedParseOptions();
        KeepalivedParseResult result = KeepalivedParser.Parse(
            "test.conf", MemoryConfigFiles.Of("test.conf", text), options);
        Assert.DoesNotContain(result.Diagnostics, static d => d.Severity == Severity.Error);
        byte[] snapshot = Runtime.Vrrp.KeepalivedSnapshot.Write("test.conf", options, result.Snapshot);
        Assert.Equal(Errno.Success, SealedMemory.TryCreate("test", snapshot, out FdHandle memory));
        using (memory)
        {
            Assert.Equal(Errno.Success, _channel!.TrySend(in message, memory.Number));
        }
    }

    private MessageKind Receive()
    {
        Assert.True(DescriptorWait.ForRead(_channel!.Fd, TimeSpan.FromSeconds(20)), $"no answer\n{Log}");
        Assert.Equal(Errno.Success, _channel.TryReceive(out MessageKind kind));
        if (kind == MessageKind.Plane)
        {
            Assert.True(_channel.TryRead(out PlaneMessage plane));
            _planeWaits.Enqueue(plane.Wait);
            return Receive(); // it comes at any moment
        }
        return kind;
    }
}
