using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Runtime.Checks;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Scripts;

namespace Holdfast.Runtime.Tests.Checks;

/// <summary>MISC_CHECK where its script is gone, hangs, or is lost.</summary>
public sealed class ScriptCheckTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-misc-");

    private string Socket => Path.Combine(_directory.FullName, "scripts.sock");

    [Fact]
    public void Misc_DynamicScriptIsDeleted_FailsWithoutAWeight() => CheckBed.Run(bed =>
    {
        string script = Path.Combine(_directory.FullName, "check");
        File.Copy("/bin/true", script); // with its mode
        Assert.Equal(ServerReportKind.Up, bed.First(Model(script, "misc_timeout 20")).Kind);
        File.Delete(script);
        ServerReport report = bed.NextReport();
        Assert.Equal((ServerReportKind.Down, "the script or its interpreter is not there"),
            (report.Kind, report.Result.ToString()));
        Assert.DoesNotContain(bed.Reports, static r => r.Kind == ServerReportKind.Weight);
    }, Options);

    [Fact]
    public void Misc_DynamicScriptIsLost_SaysNothingOfTheServer() => CheckBed.Run(bed =>
    {
        using var service = new FakeService(bed.Loop, Socket, hangs: false);
        bed.Apply(Model("/bin/true", "misc_timeout 20"));
        bed.Until(() => bed.Engine.Statistics.Abandoned >= 3);
        CheckStatus status = Assert.Single(bed.Engine.Status);
        Assert.Equal((true, false, 0L), (status.IsUp, status.HasRun, status.WeightDelta));
        Assert.Empty(bed.Reports);
    }, Options);

    /// <summary>Nothing ends this script, as where it waits for a dead disk.</summary>
    [Fact]
    public void Misc_ScriptThatCannotBeEnded_IsDownAndNotStartedAgain() => CheckBed.Run(bed =>
    {
        using var service = new FakeService(bed.Loop, Socket, hangs: true);
        ServerReport report = bed.First(Model("/bin/true", "retry 1\nmisc_timeout 0.1"));
        Assert.Equal((ServerReportKind.Down, ProbeOutcome.Timeout), (report.Kind, report.Result.Outcome));
        Assert.Equal(2, bed.Engine.Statistics.Failed);
        Assert.Equal(1, service.Count);
        // When it has ended after all, the next one starts.
        service.EndAll();
        bed.Until(() => service.Count >= 2);
    }, Options);

    public void Dispose() => _directory.Delete(recursive: true);

    private static KeepalivedModel Model(string script, string settings)
        => CheckBed.Model(80, $"MISC_CHECK {{\nmisc_path {script}\nmisc_dynamic\nuser root\n{settings}\n}}");

    private CheckEngineOptions Options(EpollLoop loop)
    {
        var global = new GlobalModel { ScriptUser = "root" };
        return new CheckEngineOptions
        {
            Scripts = new ScriptRunner(new ChildRegistry(loop), ["PATH=/usr/bin:/bin"],
                Path.Combine(AppContext.BaseDirectory, "Holdfast.TestChild"), Socket),
            Prepare = command => CommandPreparation.TryPrepare(command, global, out PreparedCommand? prepared, out _)
                ? prepared : null,
        };
    }

    /// <summary>Takes requests for scripts, and dies at once or never answers.</summary>
    private sealed class FakeService : IReadyHandler, IDisposable
    {
        private readonly EpollLoop _loop;
        private readonly FdHandle _listener;
        private readonly bool _hangs;
        private readonly List<FdHandle> _scripts = [];

        internal FakeService(EpollLoop loop, string path, bool hangs)
        {
            Assert.Equal(Errno.Success, UnixSocket.TryListenForMessages(path, 0x180, 16, out _listener)); // 0600
            _loop = loop;
            _hangs = hangs;
            loop.Add(_listener.Number, EpollEvents.EPOLLIN, this);
        }

        /// <summary>How many scripts were asked for.</summary>
        internal int Count { get; private set; }

        public void OnReady(EpollEvents events)
        {
            while (UnixSocket.TryAccept(_listener.Number, out FdHandle script) == Errno.Success)
            {
                Count++;
                _scripts.Add(script);
                if (!_hangs)
                {
                    EndAll();
                }
            }
        }

        internal void EndAll()
        {
            _scripts.ForEach(static s => s.Dispose());
            _scripts.Clear();
        }

        public void Dispose()
        {
            EndAll();
            _loop.Remove(_listener.Number);
            _listener.Dispose();
        }
    }
}
