using System.Text.Json;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Supervision;
using Holdfast.Runtime.Tests.Checks;

namespace Holdfast.Runtime.Tests.Supervision;

/// <summary>What a supervisor does with a checks process, which is a stand-in that says what it is told.</summary>
public sealed partial class ChecksSupervisionTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-checks-");
    private volatile KeepalivedModel _model = new();
    private Task<int> _run = Task.FromResult(-1);

    [Fact]
    public void Life_WithAVirtualServer_StartsAndStopsBoth()
    {
        Start("", WithServers());
        Await("begins");
        Until(status => status.GetProperty("checksReady").GetBoolean() && status.GetProperty("vrrpReady").GetBoolean());
        using (JsonDocument status = Ask("status"))
        {
            Assert.Equal($"{status.RootElement.GetProperty("checksPid").GetInt32()}\n", ReadPidFile());
        }
        Stop();
        Await("begins", "stops");
        Assert.False(File.Exists(In("checks.pid")));
    }

    [Fact]
    public void Life_WithoutVirtualServers_StartsNone()
    {
        Start("", new KeepalivedModel());
        Until(static status => status.GetProperty("vrrpReady").GetBoolean());
        using (JsonDocument status = Ask("status"))
        {
            Assert.Equal(0, status.RootElement.GetProperty("checksPid").GetInt32());
        }
        Stop();
        Await();
    }

    [Fact]
    public void Child_Crashes_IsFollowedByOneThatGoesOn()
    {
        Start("crash-once", WithServers());
        Await("begins", "goes on");
        Until(static status => status.GetProperty("checksReady").GetBoolean());
        using (JsonDocument status = Ask("status"))
        {
            Assert.Equal(1, status.RootElement.GetProperty("checksRestarts").GetInt32());
            Assert.Equal(0, status.RootElement.GetProperty("restarts").GetInt32());
        }
        Stop();
    }

    [Fact]
    public void Child_IsKilled_IsFollowedByOneThatGoesOn()
    {
        Start("", WithServers());
        Until(static status => status.GetProperty("checksReady").GetBoolean());
        int first;
        using (JsonDocument status = Ask("status"))
        {
            first = status.RootElement.GetProperty("checksPid").GetInt32();
        }
        Assert.Equal(Errno.Success, OwnProcess.Kill(first, Signal.SIGKILL));
        Await("begins", "goes on");
        Stop();
    }

    [Fact]
    public void Child_CrashesAgainAndAgain_WaitsAndVrrpDoesNotCare()
    {
        Start("crash", WithServers());
        Until(static status => status.TryGetProperty("checksFailure", out JsonElement failure)
            && failure.GetString() == "the checks process exited with status 70, again and again");
        using (JsonDocument status = Ask("status"))
        {
            Assert.Equal("Running", status.RootElement.GetProperty("phase").GetString());
            Assert.True(status.RootElement.GetProperty("vrrpReady").GetBoolean());
            Assert.Equal(0, status.RootElement.GetProperty("restarts").GetInt32());
        }
        Stop(); // though another start is due
        AssertLogged("Virtual servers may be left in the kernel: the checks process that was to remove them exited "
            + "with status 70. 'holdfast ipvsadm -C' removes all there are");
    }

    [Fact]
    public void Stop_InACrashLoop_StartsOneThatRemovesWhatIsThere()
    {
        Start("ill", WithServers());
        Until(static status => status.TryGetProperty("checksFailure", out _));
        File.WriteAllText(In("said.healed"), "");
        Stop();
        Assert.EndsWith("goes on\nstops\n", Said(), StringComparison.Ordinal);
        Assert.DoesNotContain("may be left in the kernel", Log(), StringComparison.Ordinal);
    }

    [Fact]
    public void Stop_InACrashLoopAndToldToKeep_StartsNone()
    {
        Start("crash", WithServers(), keeps: true);
        Until(static status => status.TryGetProperty("checksFailure", out _));
        Stop();
        Assert.DoesNotContain("may be left in the kernel", Log(), StringComparison.Ordinal);
    }

    [Fact]
    public void Reload_KillsTheChild_TheNextOneBeginsWithWhatItHad()
    {
        Start("dies", WithServers());
        Until(static status => status.GetProperty("checksReady").GetBoolean());
        Ask("reload").Dispose();
        Await("begins 1", "dies", "goes on 1", "reloads 2"); // so that what left the file is removed
        Stop();
    }

    [Fact]
    public void Reload_ChildDoesNotTakeIt_Fails()
    {
        Start("refuses", WithServers());
        Until(static status => status.GetProperty("checksReady").GetBoolean());
        using (JsonDocument reply = Ask("reload"))
        {
            Assert.False(reply.RootElement.GetProperty("ok").GetBoolean());
            Assert.Contains("checks process did not take the new configuration",
                reply.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        }
        Until(static status => status.TryGetProperty("checksFailure", out _));
        Await("begins", "reloads");
        Stop();
    }

    [Fact]
    public void Reload_ServersComeBackWhileTheLastOneEnds_StartsWhenItHasEnded()
    {
        Start("lingers", WithServers());
        Until(static status => status.GetProperty("checksReady").GetBoolean());
        _model = new KeepalivedModel();
        Ask("reload").Dispose();
        Await("begins", "reloads", "retires");
        _model = WithServers();
        using (JsonDocument reply = Ask("reload"))
        {
            Assert.True(reply.RootElement.GetProperty("ok").GetBoolean());
        }
        Assert.Equal("begins\nreloads\nretires\n", Said());
        File.WriteAllText(In("said.go"), "");
        Await("begins", "reloads", "retires", "begins");
        Stop();
    }

    [Fact]
    public void Child_DoesNotAnswer_IsReplaced()
    {
        Start("deaf", WithServers(), TimeSpan.FromSeconds(1));
        Assert.True(SpinWait.SpinUntil(() => Said().Contains("goes on", StringComparison.Ordinal), 30_000));
        Assert.Contains("does not answer: killing it", File.ReadAllText(In("log")), StringComparison.Ordinal);
        Stop();
    }

    [Fact]
    public void Reload_ServersComeStayAndGo_StartsReloadsAndEndsIt()
    {
        Start("", new KeepalivedModel());
        Until(static status => status.GetProperty("vrrpReady").GetBoolean());
        _model = WithServers();
        Ask("reload").Dispose();
        Await("begins");
        using (JsonDocument reply = Ask("reload"))
        {
            Assert.True(reply.RootElement.GetProperty("ok").GetBoolean());
            Assert.Equal("begins\nreloads\n", File.ReadAllText(In("said"))); // told when both have it
        }
        _model = new KeepalivedModel();
        Ask("reload").Dispose();
        Await("begins", "reloads", "reloads", "retires");
        Until(static status => status.GetProperty("checksPid").GetInt32() == 0
            && status.GetProperty("vrrpReady").GetBoolean());
        Stop();
    }

    public void Dispose()
    {
        if (!_run.IsCompleted)
        {
            TryAsk("stop")?.Dispose();
            _run.Wait(TimeSpan.FromSeconds(20));
        }
        _directory.Delete(recursive: true);
    }

    private static KeepalivedModel WithServers() => CheckBed.Model(1, "TCP_CHECK {\n}");

    private void Start(
        string behaviour, KeepalivedModel model, TimeSpan? ping = null, bool keeps = false, TimeSpan? planeLimit = null)
    {
        _model = model;
        var options = new SupervisorOptions
        {
            RunDirectory = In("run"),
            ChecksPidFile = In("checks.pid"),
            KeepsServices = keeps,
            PlaneLimit = planeLimit ?? TimeSpan.FromHours(1),
            PingInterval = ping ?? TimeSpan.FromMinutes(1),
            ChildArguments = ["keepalived"],
            Environment = [$"TEST_CHECKS={In("said")},{behaviour}", .. ChildEnvironment.Own()],
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

    private void Stop()
    {
        Ask("stop").Dispose();
        Assert.True(_run.Wait(TimeSpan.FromSeconds(20)), "the supervisor does not end");
        Assert.Equal(0, _run.Result);
    }

    /// <summary>Waits until the process has said these words, and no others.</summary>
    private void Await(params string[] words)
    {
        string expected = string.Concat(words.Select(static w => w + "\n"));
        SpinWait.SpinUntil(() => Said() == expected, 20_000);
        Assert.Equal(expected, Said());
    }

    private void AssertLogged(string text) => Assert.Contains(text, Log(), StringComparison.Ordinal);

    private string Log() => File.ReadAllText(In("log"));

    private string Said() => File.Exists(In("said")) ? File.ReadAllText(In("said")) : "";

    private void Until(Func<JsonElement, bool> condition)
        => Assert.True(SpinWait.SpinUntil(() =>
        {
            using JsonDocument? status = TryAsk("status");
            return status is not null && condition(status.RootElement);
        }, 20_000));

    private JsonDocument Ask(string command)
    {
        JsonDocument? reply = TryAsk(command);
        Assert.NotNull(reply);
        return reply;
    }

    private JsonDocument? TryAsk(string command)
        => ControlClient.TryAsk(In("run"), $"{{\"command\":\"{command}\"}}", out byte[] reply) == Errno.Success
            ? JsonDocument.Parse(reply) : null;

    private string ReadPidFile()
    {
        // .NET's own file classes would honour the lock.
        Assert.Equal(Errno.Success, Linux.Files.DescriptorIo.TryOpenRead(In("checks.pid"), out Linux.FdHandle handle));
        using (handle)
        {
            byte[] buffer = new byte[32];
            Assert.Equal(Errno.Success, Linux.Files.DescriptorIo.Read(handle.Number, buffer, out int count));
            return System.Text.Encoding.ASCII.GetString(buffer, 0, count);
        }
    }

    private string In(string name) => Path.Combine(_directory.FullName, name);

    private sealed class Loader(ChecksSupervisionTests test) : IConfigurationLoader
    {
        public LoadedConfiguration? Load(out LoadFindings findings)
        {
            findings = new LoadFindings();
            return new(test._model, ReadOnlyMemory<byte>.Empty);
        }
    }
}
