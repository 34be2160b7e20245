using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Holdfast.Web.Logs;

/// <summary>The error logs of a place: who wants what level. May be used on any thread.</summary>
public sealed class ErrorSink
{
    private readonly (LogTarget Target, ErrorLevel Level)[] _targets;
    private readonly ErrorLevel _max;

    internal ErrorSink(IEnumerable<(LogTarget Target, ErrorLevel Level)> targets)
    {
        _targets = [.. targets];
        _max = _targets.Length == 0 ? 0 : _targets.Max(static one => one.Level);
    }

    /// <summary>One that writes nothing.</summary>
    public static ErrorSink None { get; } = new([]);

    /// <summary>Whether anybody wants lines of a level: worth making one.</summary>
    public bool Wants(ErrorLevel level) => level <= _max;

    /// <summary>Writes a line.</summary>
    /// <param name="level">How grave it is.</param>
    /// <param name="message">What happened; bytes as they are, but control bytes.</param>
    /// <param name="connection">Number of the client's connection; 0: of none.</param>
    public void Write(ErrorLevel level, ReadOnlySpan<byte> message, long connection = 0)
    {
        if (!Wants(level))
        {
            return;
        }
        byte[] line = new byte[message.Length + 128];
        int length = Head(level, connection, line);
        foreach (byte one in message)
        {
            line[length++] = one < 0x20 ? (byte)' ' : one; // one event is one line, whatever a client sends
        }
        line[length++] = (byte)'\n';
        foreach ((LogTarget target, ErrorLevel wanted) in _targets)
        {
            if (level <= wanted)
            {
                target.Write(line.AsSpan(0, length));
            }
        }
    }

    /// <summary>The same with a text.</summary>
    public void Write(ErrorLevel level, string message, long connection = 0)
    {
        if (Wants(level))
        {
            Write(level, Encoding.UTF8.GetBytes(message), connection);
        }
    }

    private static int Head(ErrorLevel level, long connection, Span<byte> line)
    {
        DateTimeOffset now = TimeProvider.System.GetLocalNow();
        int pid = Environment.ProcessId;
        _ = Encoding.ASCII.TryGetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{now:yyyy/MM/dd HH:mm:ss} [{ErrorLevels.NameOf(level)}] {pid}#{pid}: "), line, out int length);
        if (connection > 0)
        {
            line[length++] = (byte)'*';
            _ = Utf8Formatter.TryFormat(connection, line[length..], out int digits);
            length += digits;
            line[length++] = (byte)' ';
        }
        return length;
    }
}
