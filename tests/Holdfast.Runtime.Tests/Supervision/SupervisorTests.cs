using System.Text;
using System.Text.Json;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Runtime.Tests.Supervision;

/// <summary>A whole supervisor with real processes; the VRRP process is a stand-in that says what it is told.</summary>
public sealed class SupervisorTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-supervisor-");
    private readonly LineReader _fifo;
    private readonly LineReader _scripts;
    private Task<int> _run = Task.FromResult(-1);

    public SupervisorTests()
    {
        _fifo = new LineReader(In("fifo"));
        _scripts = new LineReader(In("scripts"));
    }

    [Fact]
    public void Life_FromStartToStop_NotifiesInKeepalivedsWords()
    {
        Start("", Model() with { Scripts = [Check("chk", "exit 0")] });
        Assert.Equal("INSTANCE \"VI_1\" BACKUP 100", _fifo.Next());
        Assert.Equal("INSTANCE VI_1 BACKUP 100", _scripts.Next());
        Assert.Equal("INSTANCE \"VI_1\" MASTER 100", _fifo.Next());
        Assert.Equal("INSTANCE VI_1 MASTER 100", _scripts.Next());
        Assert.Equal($"{Environment.ProcessId}\n", ReadPidFile("pid"));
        using (JsonDocument status = Ask("status"))
        {
            JsonElement root = status.RootElement;
            Assert.True(root.GetProperty("ok").GetBoolean());
            Assert.Equal("Running", root.GetProperty("phase").GetString());
            Assert.True(root.GetProperty("vrrpReady").GetBoolean());
            Assert.Equal(0, root.GetProperty("vrrp").GetProperty("instances").GetArrayLength());
            Assert.Equal($"{root.GetProperty("vrrpPid").GetInt32()}\n", ReadPidFile("vrrp.pid"));
        }
        Ask("stop").Dispose();
        Assert.Equal("INSTANCE \"VI_1\" STOP 100", _fifo.Next());
        Assert.Equal("INSTANCE VI_1 STOP 100", _scripts.Next());
        Assert.Equal(0, Ended());
        Assert.False(File.Exists(In("pid")));
        Assert.False(File.Exists(In("vrrp.pid")));
        Assert.False(File.Exists(In("run/control.sock")));
    }

    [Fact]
    public void Umask_OfTheConfiguration_IsThatOfScripts()
    {
        KeepalivedModel model = Model();
        NotifyModel notify = new() { Any = Shell($"umask > {In("scripts")}") };
        Start("", model with
        {
            Global = model.Global with { Umask = 23 },
            Instances = [model.Instances[0] with { Notify = notify }],
        });
        Assert.Equal("0027", _scripts.Next());
        Ask("stop").Dispose();
        Assert.Equal(0, Ended());
        Linux.Processes.OwnProcess.SetUmask(18); // that of this process was changed, too
    }

    [Fact]
    public void Reload_StatesAreWanted_WritesThemAgain()
    {
        KeepalivedModel model = Model();
        Start("", model with { Global = model.Global with { FifoWriteStatesOnReload = true } });
        Assert.Equal("INSTANCE \"VI_1\" BACKUP 100", _fifo.Next());
        Ask("reload").Dispose();
        Assert.Equal("INSTANCE \"VI_1\" BACKUP 100", _fifo.Next());
        Ask("stop").Dispose();
        Assert.Equal(0, Ended());
    }

    [Fact]
    public void NetNamespace_ThatDoesNotExist_IsAnError()
    {
        Start("", Model() with { NetNamespace = "holdfast-no-such-namespace" });
        Assert.Equal(1, Ended());
        string log = File.ReadAllText(In("log"));
        Assert.Contains("holdfast-no-such-namespace cannot be entered: ENOENT", log, StringComparison.Ordinal);
    }

    [Fact]
    public void Scripts_OfOneChange_AllRun()
    {
        KeepalivedModel model = Model();
        NotifyModel notify = model.Instances[0].Notify with { Backup = Shell($"echo backup > {In("scripts")}") };
        Start("", model with { Instances = [model.Instances[0] with { Notify = notify }] });
        string[] lines = [_scripts.Next(), _scripts.Next()];
        Assert.Equal(["INSTANCE VI_1 BACKUP 100", "backup"], lines.Order(StringComparer.Ordinal));
        string log = File.ReadAllText(In("log"));
        Assert.Contains("(VI_1) Entering BACKUP STATE", log, StringComparison.Ordinal);
        Ask("stop").Dispose();
        Assert.Equal(0, Ended());
    }

    [Fact]
    public void Check_FailsAndTimesOut_IsTold()
    {
        // It succeeds while the file is there, and hangs afterwards.
        File.WriteAllText(In("ok"), "");
        VrrpScriptModel check = Check("chk", $"test -e {In("ok")} && exit 0; sleep 60");
        Start("", Model() with { Scripts = [check] });
        Assert.Equal("INSTANCE \"VI_1\" BACKUP 100", _fifo.Next());
        Assert.Equal("INSTANCE \"VI_1\" MASTER 100", _fifo.Next());
        File.Delete(In("ok"));
        Assert.Equal("INSTANCE \"VI_1\" FAULT 100", _fifo.Next());
        Ask("stop").Dispose();
        Assert.Equal(0, Ended());
    }

    [Fact]
    public void Child_CrashesOnce_IsStartedAgain()
    {
        Start("crash-once", Model());
        Assert.Equal("INSTANCE \"VI_1\" BACKUP 100", _fifo.Next());
        using (JsonDocument status = Ask("status"))
        {
            Assert.Equal(1, status.RootElement.GetProperty("restarts").GetInt32());
        }
        Ask("stop").Dispose();
        Assert.Equal(0, Ended());
    }

    [Fact]
    public void Child_CrashesAlways_StaysDownAndSaysWhy()
    {
        Start("crash", Model());
        string? failure = null;
        Eventually(() =>
        {
            using JsonDocument? status = TryAsk("status");
            failure = status is not null && status.RootElement.TryGetProperty("failure", out JsonElement text)
                ? text.GetString() : null;
            return failure is not null;
        });
        Assert.Equal("the VRRP process exited with status 70, 5 times within 10 s", failure);
        Ask("stop").Dispose();
        Assert.Equal(0, Ended());
    }

    [Fact]
    public void Child_SaysThatItIsPermanent_EndsTheSupervisorWithItsCode()
    {
        Start("permanent", Model());
        Assert.Equal(2, Ended());
    }

    [Fact]
    public void Stop_ChildIsDeaf_IsKilledAfterItsTime()
    {
        Start("deaf", Model() with { ChildWaitTime = TimeSpan.FromMilliseconds(300) });
        Assert.Equal("INSTANCE \"VI_1\" BACKUP 100", _fifo.Next());
        Ask("stop").Dispose();
        Assert.Equal(0, Ended());
    }

    [Fact]
    public void Begin_ConfigurationHasErrors_DoesNotStart()
    {
        Start("", null);
        Assert.Equal(2, Ended());
    }

    [Fact]
    public void Reload_NewTrackers_AreToldAndOldOnesEnd()
    {
        Start("", Model());
        Assert.Equal("INSTANCE \"VI_1\" BACKUP 100", _fifo.Next());
        _model = Model() with { Scripts = [Check("new", "exit 1")] };
        using (JsonDocument reply = Ask("reload"))
        {
            Assert.True(reply.RootElement.GetProperty("ok").GetBoolean());
        }
        Assert.Equal("INSTANCE \"VI_1\" FAULT 100", _fifo.Next());
        _model = null;
        using (JsonDocument reply = Ask("reload"))
        {
            Assert.False(reply.RootElement.GetProperty("ok").GetBoolean());
        }
        Ask("stop").Dispose();
        Assert.Equal(0, Ended());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("{\"command\":7}")]
    public void Control_Nonsense_IsAnsweredWithAnError(string request)
    {
        Start("", Model());
        Assert.Equal("INSTANCE \"VI_1\" BACKUP 100", _fifo.Next());
        Assert.Equal(Errno.Success, ControlClient.TryAsk(In("run"), request, out byte[] reply));
        using (var document = JsonDocument.Parse(reply))
        {
            Assert.Equal("unknown command", document.RootElement.GetProperty("error").GetString());
        }
        Ask("stop").Dispose();
        Assert.Equal(0, Ended());
    }

    public void Dispose()
    {
        if (!_run.IsCompleted)
        {
            TryAsk("stop")?.Dispose();
            _run.Wait(TimeSpan.FromSeconds(20));
        }
        _fifo.Dispose();
        _scripts.Dispose();
        _directory.Delete(recursive: true);
    }

    private volatile KeepalivedModel? _model;

    private static ScriptCommand Shell(string script, params string[] more)
        => new(["/bin/sh", "-c", script, .. more], "root", null, new SourceSpan("test.conf", 1, 1, 0));

    private static VrrpScriptModel Check(string name, string script) => new()
    {
        Name = name,
        Span = new SourceSpan("test.conf", 1, 1, 0),
        Command = Shell(script),
        Interval = TimeSpan.FromMilliseconds(200),
        Timeout = TimeSpan.FromMilliseconds(400),
    };

    private static void Eventually(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, 20_000));

    private KeepalivedModel Model() => new()
    {
        Global = new GlobalModel { NotifyFifo = In("fifo") },
        Instances =
        [
            new VrrpInstanceModel
            {
                Name = "VI_1",
                Span = new SourceSpan("test.conf", 1, 1, 0),
                Notify = new NotifyModel { Any = Shell($"echo \"$@\" > {In("scripts")}", "notify") },
            },
        ],
    };

    private void Start(string behaviour, KeepalivedModel? model)
    {
        _model = model;
        var options = new SupervisorOptions
        {
            RunDirectory = In("run"),
            PidFile = In("pid"),
            VrrpPidFile = In("vrrp.pid"),
            ChildArguments = ["keepalived"],
            Environment = [$"TEST_CHILD={behaviour}", .. ChildEnvironment.Own()],
            Program = Path.Combine(AppContext.BaseDirectory, "Holdfast.TestChild"),
        };
        var log = new Log(new LogOptions { Identity = "test", Syslog = false, File = In("log") }, TimeProvider.System);
        _run = Task.Factory.StartNew(
            () =>
            {
                using (log)
                using (var supervisor = new Supervisor(options, new Loader(this), log))
                {
                    return supervisor.Run();
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private int Ended()
    {
        Assert.True(_run.Wait(TimeSpan.FromSeconds(20)), "the supervisor does not end");
        return _run.Result;
    }

    private JsonDocument Ask(string command)
    {
        JsonDocument? reply = TryAsk(command);
        Assert.NotNull(reply);
        return reply;
    }

    private JsonDocument? TryAsk(string command)
        => ControlClient.TryAsk(In("run"), $"{{\"command\":\"{command}\"}}", out byte[] reply) == Errno.Success
            ? JsonDocument.Parse(reply) : null;

    private string ReadPidFile(string name)
    {
        // .NET's own file classes would honour the lock.
        Assert.Equal(Errno.Success, DescriptorIo.TryOpenRead(In(name), out FdHandle handle));
        using (handle)
        {
            byte[] buffer = new byte[32];
            Assert.Equal(Errno.Success, DescriptorIo.Read(handle.Number, buffer, out int count));
            return Encoding.ASCII.GetString(buffer, 0, count);
        }
    }

    private readonly LoadFindings _findings = new();

    private string In(string name) => Path.Combine(_directory.FullName, name);

    private sealed class Loader(SupervisorTests test) : IConfigurationLoader
    {
        public LoadedConfiguration? Load(out LoadFindings findings)
        {
            findings = test._findings;
            return test._model is { } model ? new(model, ReadOnlyMemory<byte>.Empty) : null;
        }
    }
}
