using Holdfast.Config.Keepalived;
using Holdfast.Config.Text;
using Holdfast.Health.Services;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;
using Holdfast.Runtime.Checks.Process;
using Holdfast.Runtime.Logging;
using PlaneProtocol = Holdfast.Layer4.Model.ServiceProtocol;

namespace Holdfast.Runtime.Tests.Checks.Process;

/// <summary>How often the plane is read as a whole, and what is done about what others do to it.</summary>
public sealed class ServicePlaneTests : IDisposable
{
    private const string Both = "TCP 10.9.9.8:80: 10.0.0.1:80=1 10.0.0.2:80=1; "
        + "TCP 10.9.9.9:80: 10.0.0.1:80=1 10.0.0.2:80=1";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-plane-");
    private readonly FakePlane _fake = new();
    private readonly Log _log;
    private readonly ServicePlane _plane;

    public ServicePlaneTests()
    {
        _log = new Log(new LogOptions { Identity = "test", Syslog = false, File = LogFile }, TimeProvider.System);
        _plane = new ServicePlane(_fake.TryOpen, _log);
    }

    private string LogFile => Path.Combine(_directory.FullName, "log");

    [Fact]
    public void Change_OfAnotherServiceWasRefused_DoesNotReadTheTable()
    {
        _fake.Unknown = "dh";
        Start(scheduler: "dh");
        Assert.Equal("TCP 10.9.9.9:80: 10.0.0.1:80=1 10.0.0.2:80=1", _fake.Text);
        int reads = _fake.Reads;
        Set(1, null, 1);
        Set(0, 1, null); // nothing of it is there
        Assert.Equal("TCP 10.9.9.9:80: 10.0.0.2:80=1", _fake.Text);
        Assert.Equal(reads, _fake.Reads);

        _fake.Unknown = "";
        _plane.OnTime(_plane.Deadline);
        Assert.Equal("TCP 10.9.9.9:80: 10.0.0.2:80=1; TCP 10.9.9.8:80: 10.0.0.1:80=1", _fake.Text);
        Assert.Empty(_plane.Refused);
    }

    [Fact]
    public void Reload_WhatWasRefused_IsTriedAtOnce()
    {
        _fake.Unknown = "dh";
        Start(scheduler: "dh");
        Apply("rr");
        Assert.Contains("TCP 10.9.9.8:80: 10.0.0.1:80=1 10.0.0.2:80=1", _fake.Text, StringComparison.Ordinal);
        Assert.Empty(_plane.Refused);
    }

    [Fact]
    public void Listing_MissesAService_IsReadOnceMore()
    {
        VirtualServiceKey key = VirtualServiceKey.At(PlaneProtocol.Tcp, IpAddress.Parse("10.9.9.8"), 80);
        _fake.Add(new() { Key = key, Scheduler = "rr" });
        _fake.Hidden = key;
        Start();
        Assert.Equal(Both, _fake.Text);
        Assert.Empty(_plane.Refused);
        Assert.False(File.Exists(LogFile) && File.ReadAllText(LogFile).Contains("refused", StringComparison.Ordinal));
    }

    [Fact]
    public void Look_SomebodyRemovedAService_IsPutBack()
    {
        Start();
        _fake.Remove(VirtualServiceKey.At(PlaneProtocol.Tcp, IpAddress.Parse("10.9.9.9"), 80));
        _plane.OnTime(_plane.Deadline);
        Assert.Equal(Both, _fake.Text);
        Assert.Contains("somebody has removed 3 of our entries", File.ReadAllText(LogFile), StringComparison.Ordinal);
    }

    [Fact]
    public void Look_SomebodyChangedAWeight_StaysAndIsLookedAtAgainLater()
    {
        Start();
        VirtualServiceKey key = VirtualServiceKey.At(PlaneProtocol.Tcp, IpAddress.Parse("10.9.9.8"), 80);
        _fake.Add(new() { Key = key, Scheduler = "rr" }, Server(1) with { Weight = 0 }, Server(2));
        int operations = _fake.Operations.Length;
        MonotonicTime first = _plane.Deadline;
        _plane.OnTime(first);
        Assert.Equal(operations, _fake.Operations.Length);
        Assert.False(_plane.Deadline.IsNever);
    }

    [Fact]
    public void Recent_AskedOften_IsReadSeldomAndKnowsOurChanges()
    {
        Start();
        int reads = _fake.Reads;
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(2, _plane.ObserveRecent().Length);
        }
        Assert.InRange(_fake.Reads - reads, 1, 49); // each may take long, but not all a second
        Set(1, null, 1);
        Assert.Single(_plane.ObserveRecent().Single(static p => $"{p.Service.Spec.Key}" == "TCP 10.9.9.9:80").Servers);
    }

    public void Dispose()
    {
        _plane.Dispose();
        _log.Dispose();
        _directory.Delete(recursive: true);
    }

    private void Start(string scheduler = "rr")
    {
        Assert.True(_plane.TryOpen());
        Apply(scheduler);
    }

    private void Apply(string scheduler)
    {
        KeepalivedParseResult result = KeepalivedParser.Parse("test.conf", MemoryConfigFiles.Of(
            "test.conf", Service("10.9.9.8", scheduler) + Service("10.9.9.9", "rr")));
        Assert.DoesNotContain(result.Diagnostics, static d => d.Severity == Severity.Error);
        _plane.Apply(result.Model);
        _plane.Set(0, new ServiceTable([1, 1], null));
        Set(1, 1, 1);
    }

    private void Set(int service, params ReadOnlySpan<long?> weights)
    {
        _plane.Set(service, new ServiceTable([.. weights], null));
        _plane.EndTurn();
    }

    private static RealServerSpec Server(byte last) => new()
    {
        Key = new(IpAddress.V4(10, 0, 0, last), 80),
        Weight = 1,
    };

    private static string Service(string address, string scheduler)
        => $"virtual_server {address} 80 {{\nprotocol TCP\nlvs_sched {scheduler}\nlvs_method NAT\n"
            + "real_server 10.0.0.1 80 {\n}\nreal_server 10.0.0.2 80 {\n}\n}\n";
}
