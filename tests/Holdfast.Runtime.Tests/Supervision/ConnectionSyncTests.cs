using System.Collections.Immutable;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Text;
using Holdfast.Layer4;
using Holdfast.Layer4.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Runtime.Tests.Supervision;

/// <summary><c>lvs_sync_daemon</c> where the kernel is not ready, does not answer, or lets us down.</summary>
public sealed class ConnectionSyncTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-sync-");
    private readonly EpollLoop _loop = new();
    private readonly Log _log;
    private readonly Kernel _kernel = new();

    public ConnectionSyncTests() => _log = new Log(
        new LogOptions { Identity = "test", Syslog = false, File = LogFile }, TimeProvider.System);

    private string LogFile => Path.Combine(_directory.FullName, "log");

    [Fact]
    public void Ipvs_ComesLater_IsTriedAgainAndSaidOnce()
    {
        _kernel.Refusals = 3;
        using ConnectionSync sync = Begin();
        AwaitLog("lvs_sync_daemon on eth0 works now");
        Assert.Equal("Master", _kernel.Running);
        Assert.Equal(2, File.ReadAllText(LogFile).Split("modprobe ip_vs").Length);
        sync.Stop();
        Assert.Equal("", _kernel.Running);
    }

    [Fact]
    public void Interface_ComesLater_IsTriedAgain()
    {
        _kernel.MissingInterface = 5;
        using ConnectionSync sync = Begin();
        AwaitLog("lvs_sync_daemon on eth0: ");
        AwaitLog("lvs_sync_daemon on eth0 works now");
        Assert.Equal("Master", _kernel.Running);
    }

    [Fact]
    public void Open_Throws_IsSaidAndTriedAgain()
    {
        _kernel.Throws = 2;
        using ConnectionSync sync = Begin();
        AwaitLog("lvs_sync_daemon: no access to IPVS: ");
        AwaitLog("lvs_sync_daemon on eth0 works now");
        sync.OnInstance(0, InstanceState.Backup);
        Assert.True(SpinWait.SpinUntil(() => _kernel.Running == "Backup", 20_000), _kernel.Running);
    }

    [Fact]
    public void Disposed_WhileTheKernelHoldsTheThread_TheThreadEndsInOrder()
    {
        using var gate = new ManualResetEventSlim();
        _kernel.Gate = gate;
        ConnectionSync sync = Begin();
        Assert.True(_kernel.IsHeld.Wait(20_000, TestContext.Current.CancellationToken));
        sync.Dispose(); // gives up: what the thread needs must outlive this
        gate.Set();
        Assert.True(
            _kernel.IsDisposed.Wait(20_000, TestContext.Current.CancellationToken), "the thread did not end");
    }

    public void Dispose()
    {
        _loop.Dispose();
        _log.Dispose();
        _kernel.Dispose();
        _directory.Delete(recursive: true);
    }

    private ConnectionSync Begin()
    {
        var sync = new ConnectionSync(_loop, _log)
        {
            RetryDelay = TimeSpan.FromMilliseconds(10),
            StopLimit = TimeSpan.FromSeconds(_kernel.Gate is null ? 20 : 0),
            Open = _kernel.TryOpen,
        };
        KeepalivedParseResult result = KeepalivedParser.Parse("test.conf", MemoryConfigFiles.Of("test.conf", """
            global_defs {
                lvs_sync_daemon eth0 VI_1 id 7
            }
            vrrp_instance VI_1 {
                interface eth0
                virtual_router_id 51
                virtual_ipaddress {
                    192.168.1.100/24
                }
            }
            """));
        Assert.DoesNotContain(result.Diagnostics, static d => d.Severity == Severity.Error);
        sync.Apply(result.Model, static _ => InstanceState.Active);
        return sync;
    }

    private void AwaitLog(string text) => Assert.True(SpinWait.SpinUntil(() =>
    {
        _ = _loop.RunOnce(MonotonicClock.Now); // what the thread has to say is written by the loop
        return File.Exists(LogFile) && File.ReadAllText(LogFile).Contains(text, StringComparison.Ordinal);
    }, 20_000), File.Exists(LogFile) ? File.ReadAllText(LogFile) : "nothing was said");

    /// <summary>Daemons in memory, with the failures of a kernel.</summary>
    private sealed class Kernel : ISyncDaemons
    {
        private ImmutableDictionary<SyncRole, SyncDaemonSpec> _running = ImmutableDictionary<SyncRole, SyncDaemonSpec>
            .Empty;

        internal int Refusals { get; set; }

        internal int Throws { get; set; }

        internal int MissingInterface { get; set; }

        internal ManualResetEventSlim? Gate { get; set; }

        internal ManualResetEventSlim IsHeld { get; } = new();

        internal ManualResetEventSlim IsDisposed { get; } = new();

        internal string Running => string.Join(' ', _running.Keys);

        internal NetlinkResult TryOpen(out ISyncDaemons? daemons)
        {
            daemons = null;
            if (Throws-- > 0)
            {
                throw new LinuxException("open generic netlink", Errno.EPROTONOSUPPORT);
            }
            if (Refusals-- > 0)
            {
                return new NetlinkResult(Errno.ENOENT);
            }
            daemons = this;
            return default;
        }

        public NetlinkResult StartDaemon(SyncDaemonSpec daemon)
        {
            if (Gate is { } gate)
            {
                IsHeld.Set();
                gate.Wait();
            }
            if (MissingInterface-- > 0)
            {
                return new NetlinkResult(Errno.ENODEV);
            }
            _running = _running.Add(daemon.Role, daemon);
            return default;
        }

        public NetlinkResult StopDaemon(SyncRole role)
        {
            _running = _running.Remove(role);
            return default;
        }

        public NetlinkResult GetDaemons(out ImmutableArray<SyncDaemonSpec> daemons)
        {
            daemons = [.. _running.Values];
            return default;
        }

        public void Dispose() => IsDisposed.Set();
    }
}
