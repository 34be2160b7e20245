using Holdfast.Linux;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Processes;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Lab.Tests;

/// <summary>The instruments measure what is known beforehand.</summary>
public sealed class MeterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("fd00::1")]
    public void PingMeter_LinkCutFor200Milliseconds_ReportsThatOutage(string target)
    {
        using Lab lab = TwoNodes(out LabNode server, out LabLink client);
        using PingMeter meter = PingMeter.Start(client, IpAddress.Parse(target));
        meter.WaitForReply(Patience);
        MonotonicTime from = MonotonicClock.Now;
        Pass(TimeSpan.FromMilliseconds(100));
        client.Segment.Partition([client.Node], [server]);
        MonotonicTime cut = MonotonicClock.Now;
        Pass(TimeSpan.FromMilliseconds(200));
        MonotonicTime healing = MonotonicClock.Now;
        client.Segment.Heal();
        meter.WaitForReply(Patience);
        MonotonicTime answered = MonotonicClock.Now;
        Pass(TimeSpan.FromMilliseconds(100));
        PingReport report = meter.Stop(from);

        // The cut takes the kernel a moment, and the meter may be late; whatever the load, the outage lies between.
        TimeSpan slack = TimeSpan.FromMilliseconds(5) + report.MeterDelayMax;
        PingOutage outage = Assert.Single(report.Outages, found => found.LostCount > 5);
        Assert.InRange(outage.Duration + outage.Unobserved, healing - cut - slack, answered - cut + slack);
        Assert.Equal(outage.Duration, report.Blackout);
        Assert.Equal(server, report.Samples[^1].Responder);
        Assert.True(meter.IsRealTime);
    }

    [Theory]
    [InlineData(0.5, 0.3, 0.7)]
    [InlineData(1.0, 1.0, 1.0)]
    public void SetLoss_OneWay_LosesThatShareOfThePings(double probability, double least, double most)
    {
        using Lab lab = TwoNodes(out LabNode server, out LabLink client);
        using PingMeter meter = PingMeter.Start(client, IpAddress.Parse("10.0.0.1"));
        meter.WaitForReply(Patience);
        client.Segment.SetLoss(server, client.Node, probability);
        MonotonicTime from = MonotonicClock.Now;
        Pass(TimeSpan.FromMilliseconds(500));
        PingReport report = meter.Stop(from);
        Assert.InRange((double)report.LostCount / report.Samples.Count, least, most);
        client.Segment.SetLoss(server, client.Node, 0);
        Assert.True(client.Node.Execute("ping", "-c1", "-W2", "10.0.0.1").Exit!.Value.IsSuccess);
    }

    [Fact]
    public void PingMeter_NothingHappens_LosesNothing()
    {
        using Lab lab = TwoNodes(out _, out LabLink client);
        using PingMeter meter = PingMeter.Start(client, IpAddress.Parse("10.0.0.1"));
        meter.WaitForReply(Patience);
        MonotonicTime from = MonotonicClock.Now;
        Pass(TimeSpan.FromMilliseconds(500));
        PingReport report = meter.Stop(from);
        Assert.Equal(0, report.LostCount);
        Assert.Equal(TimeSpan.Zero, report.Blackout);
        Assert.InRange(report.Samples.Count + report.SkippedCount, 450, 650);
        Assert.All(report.Buckets(TimeSpan.FromMilliseconds(100)), bucket => Assert.Equal(0, bucket.LostCount));
    }

    [Fact]
    public void PingMeter_AddressMovesWithAnnouncement_ReportsTheNewResponder()
    {
        using Lab lab = TwoNodes(out LabNode server, out LabLink client);
        LabNode second = lab.AddNode("second");
        LabLink link = client.Segment.Attach(second, "10.0.0.3/24");
        IpAddress address = IpAddress.Parse("10.0.0.100");
        AddressSpec On(LabLink where) => new() { Prefix = IpPrefix.Host(address), InterfaceIndex = where.Index };
        server.Route.AddAddress(On(client.Segment.LinkOf(server))).ThrowIfFailed("add");
        using PingMeter meter = PingMeter.Start(client, address);
        meter.WaitForReply(Patience);
        Assert.Equal(server, meter.LastResponder);
        server.Route.DeleteAddress(On(client.Segment.LinkOf(server))).ThrowIfFailed("delete");
        second.Route.AddAddress(On(link)).ThrowIfFailed("add");
        using AdvertTap tap = AdvertTap.Open(client.Segment);
        second.Run(() =>
        {
            using var sender = Linux.Sockets.PacketSocket.OpenSender();
            Span<byte> frame = stackalloc byte[Linux.Sockets.ArpFrame.Size];
            int length = Linux.Sockets.ArpFrame.WriteGratuitousRequest(frame, link.Mac, address);
            return sender.Send(frame[..length], link.Index);
        });
        TapFrame announcement = tap.WaitForAnnouncements(second, 1, Patience);
        Assert.Equal((address, link.Mac, TapKind.GratuitousArp),
            (announcement.Subject, announcement.SourceMac, announcement.Kind));
        meter.WaitForReply(Patience);
        Assert.Equal(second, meter.LastResponder);
    }

    [Fact]
    public void ParentKilled_EveryNodeVanishes()
    {
        // A child of this test makes a lab in the same way and is killed like a crashed test.
        string marker = Path.Combine(AppContext.BaseDirectory, "Holdfast.Lab.Tests");
        Errno errno = Linux.Files.DescriptorIo.TryCreatePipe(out FdHandle reader, out FdHandle writer);
        LinuxException.ThrowIf(errno, "pipe");
        using (reader)
        {
            PidFd? child;
            using (writer)
            {
                LinuxException.ThrowIf(ProcessSpawner.TrySpawn(new SpawnRequest
                {
                    Path = marker,
                    Arguments = [marker],
                    Environment = [OrphanLab.Variable + "=1", "PATH=/usr/bin:/bin", "HOME=/root"],
                    Descriptors = [new(reader.Number, 0), new(writer.Number, 1), new(2, 2)],
                }, out child), "spawn");
            }
            Span<byte> buffer = stackalloc byte[64];
            LinuxException.ThrowIf(Linux.Files.DescriptorIo.Read(reader.Number, buffer, out int count), "read");
            int init = int.Parse(buffer[..count], System.Globalization.CultureInfo.InvariantCulture);
            LinuxException.ThrowIf(PidFd.TryOpen(init, out PidFd? process), "open the node's first process");
            using (process)
            using (child)
            {
                _ = child!.Send(Signal.SIGKILL);
                Assert.True(Linux.Sockets.DescriptorWait.ForRead(process!.Fd, Patience), "the node outlived its lab");
                Assert.True(Linux.Sockets.DescriptorWait.ForRead(child.Fd, Patience));
                _ = child.TryWait(out _);
            }
        }
    }

    private static Lab TwoNodes(out LabNode server, out LabLink client)
    {
        var lab = Lab.Create();
        LabSegment lan = lab.AddSegment();
        server = lab.AddNode("server");
        _ = lan.Attach(server, "10.0.0.1/24", "fd00::1/64");
        client = lan.Attach(lab.AddNode("client"), "10.0.0.2/24", "fd00::2/64");
        return lab;
    }

    // Time has to pass for there to be something to measure; nothing is expected to have happened after it.
    private static void Pass(TimeSpan time)
    {
        using var never = new Linux.Epoll.EventFd();
        Assert.False(Linux.Sockets.DescriptorWait.ForRead(never.Fd, time));
    }
}
