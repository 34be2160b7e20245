using System.Text;
using System.Text.Json;
using Holdfast.Runtime.Logging;

namespace Holdfast.Runtime.Tests.Logging;

public sealed class LogTests : IDisposable
{
    private static readonly DateTimeOffset Moment = new(2026, 11, 3, 2, 1, 52, 123, TimeSpan.FromHours(1));

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-log-");

    [Theory]
    [InlineData(LogFormat.Keepalived, "Tue Nov  3 02:01:52 2026: (VI_1) Entering MASTER STATE\n")]
    [InlineData(LogFormat.Plain, "2026-11-03T01:01:52.123000Z test[7] info: (VI_1) Entering MASTER STATE\n")]
    public void Format_EachForm_IsAsDocumented(LogFormat format, string expected)
        => Assert.Equal(expected, Line(format, "(VI_1) Entering MASTER STATE"));

    [Fact]
    public void Format_Json_IsOneObjectALine()
    {
        string line = Line(LogFormat.Json, "he said \"no\"\nand left");
        Assert.EndsWith("}\n", line, StringComparison.Ordinal);
        Assert.Equal(1, line.Count(static c => c == '\n'));
        using var document = JsonDocument.Parse(line);
        Assert.Equal("he said \"no\"\nand left", document.RootElement.GetProperty("message").GetString());
        Assert.Equal("info", document.RootElement.GetProperty("level").GetString());
        Assert.Equal(7, document.RootElement.GetProperty("pid").GetInt32());
    }

    [Fact]
    public void Format_JsonWithAnEvent_HasItsFields()
    {
        Span<byte> buffer = stackalloc byte[LogLine.SizeMax];
        LogEvent about = new LogEvent("transition").With("instance", "VI_1").With("priority", 100).With("peer", null);
        int size = LogLine.Format(buffer, Options(LogFormat.Json), 7, Moment, LogLevel.Info, "it's", about);
        Assert.Equal(
            """{"time":"2026-11-03T01:01:52.123Z","level":"info","process":"test","pid":7,"""
                + """
                "event":"transition","instance":"VI_1","priority":100,"message":"it's"}
                """ + "\n",
            Encoding.UTF8.GetString(buffer[..size]));
    }

    [Fact]
    public void WriteRepeatable_Flood_IsCountedAtTheEnd()
    {
        string path = Path.Combine(_directory.FullName, "log");
        var options = new LogOptions { Identity = "test", Syslog = false, File = path };
        using (var log = new Log(options, TimeProvider.System))
        {
            for (int i = 0; i < 46; i++)
            {
                log.WriteRepeatable(LogLevel.Warning, "dropped: wrong password");
            }
        }
        string[] lines = File.ReadAllLines(path);
        Assert.Equal(RepeatFilter.FreeInWindow + 1, lines.Length);
        Assert.Matches(@"warning: repeated 41 times in \d+ s: dropped: wrong password$", lines[^1]);
    }

    [Fact]
    public void Format_Syslog_IsTheDatagramOfTheCLibrary()
    {
        Span<byte> buffer = stackalloc byte[LogLine.SizeMax];
        int size = LogLine.FormatSyslog(buffer, Options(LogFormat.Plain), 7, Moment, LogLevel.Warning, "text");
        Assert.Equal("<28>Nov  3 02:01:52 test[7]: text", Encoding.UTF8.GetString(buffer[..size]));
    }

    [Fact]
    public void Format_LineFeedInAMessage_CannotMakeAnotherMessage()
        => Assert.Equal("Tue Nov  3 02:01:52 2026: a b c\n", Line(LogFormat.Keepalived, "a\nb\0c"));

    [Theory]
    [InlineData(LogFormat.Keepalived)]
    [InlineData(LogFormat.Plain)]
    [InlineData(LogFormat.Json)]
    public void Format_EndlessMessage_IsCutAndStillALine(LogFormat format)
    {
        string line = Line(format, new string('ü', 10_000));
        Assert.True(Encoding.UTF8.GetByteCount(line) <= LogLine.SizeMax);
        Assert.EndsWith("\n", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ToAFile_SurvivesItsRotation()
    {
        string path = Path.Combine(_directory.FullName, "log");
        var options = new LogOptions { Identity = "test", Syslog = false, File = path, Level = LogLevel.Info };
        using var log = new Log(options, TimeProvider.System);
        log.Info("one");
        log.Debug("not this");
        File.Move(path, path + ".1");
        log.Info("two");
        log.Reopen();
        log.Error("three");
        Assert.Equal(["one", "two"], Messages(path + ".1"));
        Assert.Equal(["three"], Messages(path));
    }

    [Fact]
    public void Write_SyslogIsMissing_DoesNotFail()
    {
        var options = new LogOptions { Identity = "test", SyslogPath = Path.Combine(_directory.FullName, "none") };
        using var log = new Log(options, TimeProvider.System);
        log.Error("nobody hears it");
        Assert.True(log.IsEnabled(LogLevel.Error));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static string[] Messages(string path)
        => [.. File.ReadAllLines(path).Select(static line => line[(line.LastIndexOf(' ') + 1)..])];

    private static LogOptions Options(LogFormat format) => new() { Identity = "test", Format = format };

    private static string Line(LogFormat format, string message)
    {
        Span<byte> buffer = stackalloc byte[LogLine.SizeMax];
        int size = LogLine.Format(buffer, Options(format), 7, Moment, LogLevel.Info, message);
        return Encoding.UTF8.GetString(buffer[..size]);
    }
}
