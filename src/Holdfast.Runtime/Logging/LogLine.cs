using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Holdfast.Runtime.Logging;

/// <summary>Turns a message into the bytes of a line.</summary>
internal static class LogLine
{
    /// <summary>Longer lines are cut, so that a pipe takes each of them whole (PIPE_BUF).</summary>
    internal const int SizeMax = 4096;

    /// <summary>
    /// No text in a JSON line is longer, in characters: the object stays whole, however it is escaped.
    /// </summary>
    internal const int TextMax = SizeMax / 16;

    private const int MessageMax = SizeMax / 8;

    // Quotes of messages stay readable; what the default escapes more matters only inside of HTML.
    private static readonly JsonWriterOptions s_jsonOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static int Format(
        Span<byte> destination, LogOptions options, int pid, DateTimeOffset time, LogLevel level, string message,
        LogEvent? about = null)
    {
        string text = options.Format switch
        {
            LogFormat.Keepalived => $"{CTime(time)}: {OneLine(message)}\n",
            LogFormat.Json => Json(options, pid, time, level, message, about),
            _ => string.Create(CultureInfo.InvariantCulture,
                $"{time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'} {options.Identity}[{pid}] ")
                + $"{Name(level)}: {OneLine(message)}\n",
        };
        return Cut(destination, text);
    }

    /// <summary>The datagram of RFC 3164 that the C library sends to /dev/log.</summary>
    internal static int FormatSyslog(
        Span<byte> destination, LogOptions options, int pid, DateTimeOffset time, LogLevel level, string message)
    {
        int priority = (options.SyslogFacility * 8) + (int)level;
        DateTime local = time.DateTime;
        string text = string.Create(CultureInfo.InvariantCulture,
            $"<{priority}>{local:MMM} {local.Day,2} {local:HH:mm:ss} {options.Identity}[{pid}]: {OneLine(message)}");
        return Cut(destination, text);
    }

    /// <summary>What strftime's %c gives in the C locale: "Mon Nov 23 02:01:52 2026".</summary>
    private static string CTime(DateTimeOffset time)
    {
        DateTime local = time.DateTime;
        return string.Create(CultureInfo.InvariantCulture,
            $"{local:ddd MMM} {local.Day,2} {local:HH:mm:ss yyyy}");
    }

    private static string Json(
        LogOptions options, int pid, DateTimeOffset time, LogLevel level, string message, LogEvent? about)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, s_jsonOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("time", time.UtcDateTime);
            writer.WriteString("level", Name(level));
            writer.WriteString("process", options.Identity);
            writer.WriteNumber("pid", pid);
            about?.Write(writer);
            writer.WriteString("message", message.Length > MessageMax ? message[..MessageMax] : message);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        LogLevel.Notice => "notice",
        LogLevel.Info => "info",
        _ => "debug",
    };

    /// <summary>A line feed in a message (a name from a file, say) must not look like another message.</summary>
    private static string OneLine(string message)
    {
        if (message.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0)
        {
            return message;
        }
        return string.Create(message.Length, message, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });
    }

    private static int Cut(Span<byte> destination, string text)
    {
        // The encoder stops at a whole character; the line feed keeps its place.
        bool endsLine = text.EndsWith('\n');
        ReadOnlySpan<char> body = text.AsSpan(0, text.Length - (endsLine ? 1 : 0));
        Encoding.UTF8.GetEncoder().Convert(body, destination[..^1], flush: true, out _, out int size, out _);
        if (endsLine)
        {
            destination[size++] = (byte)'\n';
        }
        return size;
    }
}
