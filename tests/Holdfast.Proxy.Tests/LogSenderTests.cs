using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.HAProxy.LogFormats;
using Holdfast.Proxy.Logs;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests;

/// <summary>Log lines: their form, their way, and that nobody waits for them.</summary>
public sealed class LogSenderTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-log-");

    private string LogPath => Path.Combine(_directory.FullName, "log");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Send_ToAUnixSocket_HasSyslogsForm()
    {
        using Socket reader = Reader();
        using LogSender sender = new(new LogTargetOptions { Path = LogPath, Facility = 16 }, new FixedTime());

        sender.Send(6, "hello"u8);

        Assert.Equal($"<134>Nov  3 04:05:06 haproxy[{Environment.ProcessId}]: hello\n", Receive(reader));
    }

    [Fact]
    public void Send_OverUdp_Arrives()
    {
        using var reader = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveTimeout = 30_000,
        };
        reader.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)reader.LocalEndPoint!).Port;
        using LogSender sender = new(new LogTargetOptions
        {
            Endpoint = TestProxy.Local(port), Layout = LogLayout.Short, MinimumLevel = 5,
        }, new FixedTime());

        sender.Send(1, "down"u8);

        Assert.Equal("<5>down\n", Receive(reader));
    }

    [Fact]
    public void Send_LessSevereThanWanted_IsLeftOut()
    {
        using Socket reader = Reader();
        using LogSender sender = new(
            new LogTargetOptions { Path = LogPath, Layout = LogLayout.Raw, MaximumLevel = 5 }, new FixedTime());

        sender.Send(6, "not this"u8);
        sender.Send(5, "this"u8);

        Assert.Equal("this\n", Receive(reader));
        Assert.Equal(0, sender.DroppedCount);
    }

    [Fact]
    public void Send_NobodyReads_IsCountedAndDoesNotWait()
    {
        using LogSender sender = new(new LogTargetOptions { Path = LogPath }, new FixedTime());
        sender.Send(6, "lost"u8);
        Assert.Equal(1, sender.DroppedCount);

        using Socket reader = Reader();
        long begin = TimeProvider.System.GetTimestamp();
        while (reader.Available == 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < TestProxy.Patience, "it connects again");
            sender.Send(6, "found"u8);
            _ = Thread.Yield();
        }
        Assert.EndsWith("found\n", Receive(reader), StringComparison.Ordinal);
    }

    [Fact]
    public void Send_LongerThanTheLimit_IsCut()
    {
        using Socket reader = Reader();
        using LogSender sender = new(
            new LogTargetOptions { Path = LogPath, Layout = LogLayout.Raw, Length = 80 }, new FixedTime());

        sender.Send(6, Encoding.ASCII.GetBytes(new string('x', 200)));

        Assert.Equal(new string('x', 79) + "\n", Receive(reader));
    }

    [Theory]
    [InlineData("10.0.0.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("fe80::")]
    [InlineData("2001:db8::1:0:0:1")]
    [InlineData("2001:db8:0:1:1:1:1:1")]
    [InlineData("1:2:3:4:5:6:7:8")]
    public void Address_Written_IsItsText(string address)
    {
        Span<byte> buffer = stackalloc byte[64];
        LogWriter text = new(buffer);

        text.PutAddress(Primitives.IpAddress.Parse(address));

        Assert.Equal(address, Encoding.ASCII.GetString(buffer[..text.Length]));
    }

    private Socket Reader()
    {
        var reader = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
        {
            ReceiveTimeout = 30_000,
        };
        reader.Bind(new UnixDomainSocketEndPoint(LogPath));
        return reader;
    }

    private static string Receive(Socket reader)
    {
        byte[] buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, reader.Receive(buffer));
    }

    private sealed class FixedTime : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 11, 3, 4, 5, 6, TimeSpan.Zero);
    }
}
