using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Scripts;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Runtime.Tests.Scripts;

/// <summary>Scripts that another process starts for the supervisor, with real processes.</summary>
public sealed class ScriptServiceTests : IDisposable
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "Holdfast.TestChild");

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-scripts-");
    private readonly EpollLoop _loop = new();
    private readonly ChildRegistry _children;
    private readonly ScriptRunner _runner;
    private readonly LineReader _lines;
    private readonly PidFd _service;

    public ScriptServiceTests()
    {
        _lines = new LineReader(In("lines"));
        _children = new ChildRegistry(_loop);
        _runner = new ScriptRunner(_children, ["COLOUR=blue"], s_program, In("scripts.sock"));
        Assert.Equal(Errno.Success, ProcessSpawner.TrySpawn(
            new SpawnRequest
            {
                Path = s_program,
                Arguments = [s_program, "scripts", In("scripts.sock")],
                Environment = ChildEnvironment.Own(),
                BlockedSignals = SignalSet.Daemon,
            },
            out PidFd? service));
        _service = service!;
        Assert.True(SpinWait.SpinUntil(() => TryConnect(out FdHandle probe) && Close(probe), 20_000));
    }

    [Fact]
    public void Script_RunByTheService_TellsIdBeginAndStatus()
    {
        bool executed = false;
        ExitStatus? ended = null;
        Assert.Equal(Errno.Success, _runner.TryStart(
            Shell($"echo $COLOUR $1 $2 > {In("lines")}; exit 7", "first"), ["second"], status => ended = status,
            out RunningScript? script, executed: () => executed = true));
        RunUntil(() => ended is not null);
        Assert.Equal("blue first second", _lines.Next());
        Assert.Equal(new ExitStatus(7, Signal.None), ended);
        Assert.True(executed);
        Assert.True(script!.HasEnded);
        Assert.True(script.Pid > 0);
        Assert.Equal(0, _children.Count);
    }

    [Fact]
    public void Script_SignalToItsGroup_ReachesItsChildren()
    {
        ExitStatus? ended = null;
        Assert.Equal(Errno.Success, _runner.TryStart(
            Shell($"sh -c 'trap \"echo child > {In("lines")}; exit\" TERM; echo up > {In("lines")}; "
                + "while :; do sleep 0.05; done' & wait"),
            [], status => ended = status, out RunningScript? script));
        Assert.Equal("up", _lines.Next());
        script!.SendToGroup(Signal.SIGTERM);
        RunUntil(() => ended is not null);
        Assert.Equal("child", _lines.Next());
        Assert.Equal(Signal.SIGTERM, ended!.Value.Signal);
    }

    [Fact]
    public void Script_OfAnUmask_GetsThatOfTheSupervisor()
    {
        ExitStatus? ended = null;
        uint before = OwnProcess.SetUmask(0x17); // 0027
        Errno errno = _runner.TryStart(
            Shell($"umask > {In("lines")}"), [], status => ended = status, out RunningScript? _);
        OwnProcess.SetUmask(before);
        Assert.Equal(Errno.Success, errno);
        Assert.Equal("0027", _lines.Next());
        RunUntil(() => ended is not null);
    }

    [Theory]
    [InlineData("free", "undisturbed")]
    [InlineData("bound", "told")]
    public void Script_SupervisorDies_OnlyABoundOneIsEnded(string binding, string expected)
    {
        FdHandle connection = Ask(binding, $"trap 'echo told > {In("lines")}; exit' TERM; echo up > {In("lines")}; "
            + $"while [ ! -e {In("go")} ]; do sleep 0.05; done; echo undisturbed > {In("lines")}");
        Assert.Equal("up", _lines.Next());
        connection.Dispose(); // as the kernel does when a process dies
        if (binding == "free")
        {
            File.WriteAllText(In("go"), "");
        }
        Assert.Equal(expected, _lines.Next());
    }

    [Fact]
    public void Script_SupervisorDiesAndItIgnoresTerm_IsKilled()
    {
        FdHandle connection = Ask("bound", $"trap '' TERM; echo $$ > {In("lines")}; while :; do sleep 0.05; done");
        string pid = _lines.Next();
        connection.Dispose();
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"/proc/{pid}"), 20_000));
    }

    [Fact]
    public void Service_IsToldToEnd_WaitsForTheLastScript()
    {
        using FdHandle connection = Ask("free", $"echo up > {In("lines")}; "
            + $"while [ ! -e {In("go")} ]; do sleep 0.05; done; echo done > {In("lines")}");
        Assert.Equal("up", _lines.Next());
        Assert.Equal(Errno.Success, _service.Send(Signal.SIGTERM));
        Assert.Equal(Errno.EAGAIN, _service.TryWait(out _));
        File.WriteAllText(In("go"), "");
        Assert.Equal("done", _lines.Next());
    }

    [Fact]
    public void Service_DoesNotListen_ScriptIsLaunchedHere()
    {
        ExitStatus? ended = null;
        using var alone = new ScriptRunner(_children, [], s_program, In("no-such.sock"));
        Assert.Equal(Errno.Success, alone.TryStart(
            Shell("exit 3"), [], status => ended = status, out RunningScript? script));
        Assert.Equal(1, _children.Count);
        Assert.True(script!.Pid > 0);
        RunUntil(() => ended is not null);
        Assert.Equal(3, ended!.Value.Code);
    }

    [Theory]
    [InlineData("scripts.sock", "/nothing/here", 127)]
    [InlineData("scripts.sock", "/etc/passwd", 126)]
    [InlineData("no-such.sock", "/nothing/here", 127)]
    public void Script_ThatCannotBeExecuted_IsToldApartFromItsExitCode(string socket, string program, int code)
    {
        ExitStatus? ended = null;
        int executed = 0;
        using var runner = new ScriptRunner(_children, [], s_program, In(socket));
        Assert.Equal(Errno.Success, runner.TryStart(new PreparedCommand([program], null, 0, []), [],
            status => ended = status, out RunningScript? script, executed: () => executed++));
        RunUntil(() => ended is not null);
        Assert.Equal((new ExitStatus(code, Signal.None), ScriptFate.NotStarted, 1), (ended, script!.Fate, executed));
        ended = null;
        Assert.Equal(Errno.Success, runner.TryStart(
            Shell($"exit {code}"), [], status => ended = status, out script));
        RunUntil(() => ended is not null);
        Assert.Equal((new ExitStatus(code, Signal.None), ScriptFate.Ran), (ended, script!.Fate));
    }

    [Fact]
    public void Request_ThatIsNone_IsRefused()
    {
        Assert.True(TryConnect(out FdHandle socket));
        using (socket)
        {
            Assert.Equal(Errno.Success, UnixMessage.Send(socket.Number, "holdfast-scripts-0\0"u8));
            byte[] reply = new byte[64];
            int size = 0;
            Assert.True(SpinWait.SpinUntil(
                () => UnixMessage.Receive(socket.Number, reply, out size, out _) != Errno.EAGAIN, 20_000));
            Assert.Equal($"4 {(int)Errno.EPROTO} 0", Encoding.ASCII.GetString(reply, 0, size));
        }
    }

    public void Dispose()
    {
        _ = _service.Send(Signal.SIGTERM);
        ExitStatus status = default;
        Assert.True(SpinWait.SpinUntil(() => _service.TryWait(out status) != Errno.EAGAIN, 20_000));
        Assert.True(status.IsSuccess, $"the service {status}");
        _service.Dispose();
        _runner.Dispose();
        _children.Dispose();
        _loop.Dispose();
        _lines.Dispose();
        _directory.Delete(recursive: true);
    }

    private static PreparedCommand Shell(string script, params string[] more)
        => new(["/bin/sh", "-c", script, "sh", .. more], null, 0, []);

    private static bool Close(FdHandle handle)
    {
        handle.Dispose();
        return true;
    }

    private bool TryConnect(out FdHandle socket)
        => UnixSocket.TryConnectForMessages(In("scripts.sock"), out socket) == Errno.Success;

    /// <summary>Asks for a script as a supervisor does, but so that the connection can be cut.</summary>
    private FdHandle Ask(string binding, string script)
    {
        Assert.True(TryConnect(out FdHandle socket));
        Assert.Equal(Errno.Success, DescriptorIo.TryOpenRead("/proc/thread-self/ns/net", out FdHandle network));
        byte[] message = new ScriptRequest(
            [binding, Launcher.Nothing, "0", Launcher.Nothing, Launcher.Nothing, "/bin/sh", "-c", script], 18, [])
            .Encode();
        using (network)
        {
            Assert.Equal(Errno.Success, UnixMessage.Send(socket.Number, message, network.Number));
        }
        return socket;
    }

    private void RunUntil(Func<bool> condition)
    {
        MonotonicTime end = MonotonicClock.Now + TimeSpan.FromSeconds(20);
        while (!condition())
        {
            Assert.True(MonotonicClock.Now < end, "timed out");
            _loop.RunOnce(end);
        }
    }

    private string In(string name) => Path.Combine(_directory.FullName, name);
}
