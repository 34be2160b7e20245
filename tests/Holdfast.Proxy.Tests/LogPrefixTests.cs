using System.Globalization;
using System.Text;
using Holdfast.HAProxy.LogFormats;
using Holdfast.Proxy.Logs;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests;

/// <summary>What stands before the text of a log line, and which lines are sent.</summary>
public sealed class LogPrefixTests
{
    [Theory]
    [InlineData(LogLayout.Syslog, "<134>Nov  3 10:00:00 haproxy[PID]: ")]
    [InlineData(LogLayout.Rfc3164, "<134>Nov  3 10:00:00 host haproxy[PID]: ")]
    [InlineData(LogLayout.Rfc5424, "<134>1 2026-11-03T10:00:00.001230-01:30 host haproxy PID - [a b=\"c\"] ")]
    [InlineData(LogLayout.Timed, "<6>2026-11-03T10:00:00.001230-01:30 ")]
    [InlineData(LogLayout.Iso, "2026-11-03T10:00:00.001230-01:30 ")]
    [InlineData(LogLayout.Short, "<6>")]
    [InlineData(LogLayout.Priority, "<134>")]
    [InlineData(LogLayout.Raw, "")]
    public void Prefix_OfEachFormat_IsTheOriginals(LogLayout layout, string expected)
    {
        Span<byte> room = stackalloc byte[200];
        LogWriter line = new(room);
        var now = new DateTimeOffset(2026, 11, 3, 10, 0, 0, 1, 230, TimeSpan.FromMinutes(-90));
        LogPrefix.Put(
            ref line, new LogTargetOptions { Layout = layout, HostName = "host" }, 6, now, "[a b=\"c\"]"u8);

        string process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(expected.Replace("PID", process, StringComparison.Ordinal),
            Encoding.ASCII.GetString(room[..line.Length]));
    }

    [Theory]
    [InlineData("2:3", "010010010")]
    [InlineData("1,3-4:5", "101101011")]
    public void Sampling_TakesThoseOfEachRound(string text, string expected)
    {
        LogSampling sampling = LogSampling.Parse(text)!;

        Assert.Equal(expected, string.Concat(Enumerable.Range(0, 9).Select(n => sampling.Takes(n) ? '1' : '0')));
    }
}
