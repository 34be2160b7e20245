using System.Globalization;
using System.Text;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Sockets;

namespace Holdfast.Web.Logs;

/// <summary>A syslog server: each line is a datagram of RFC 3164, which is lost when the kernel has no room.</summary>
public sealed class SyslogTarget : LogTarget
{
    /// <summary>How its word begins: <c>syslog:server=ADDRESS,…</c>.</summary>
    public const string Prefix = "syslog:";

    private const int LineMax = 4096;
    private const int HeadMax = 512;
    private const int DaySize = 2;
    private const int SeveritiesPerFacility = 8;

    [ThreadStatic]
    private static byte[]? t_buffer;

    private readonly SocketEndpoint _server;
    private readonly SyslogWords _words;
    private readonly bool _hasLevels;
    private readonly byte[] _names;
    private int _fd = -1;

    /// <summary>Connects to a server.</summary>
    /// <param name="written">The word of the directive.</param>
    /// <param name="hasLevels">Whether lines say how grave they are, as those of an error log do.</param>
    /// <exception cref="InvalidOperationException">The word cannot be read, or the server is not known.</exception>
    public SyslogTarget(string written, bool hasLevels)
    {
        ArgumentNullException.ThrowIfNull(written);
        _words = SyslogWords.Read(written[Prefix.Length..]);
        _server = _words.Resolve();
        _hasLevels = hasLevels;
        string host = _words.HasHostName ? Environment.MachineName + " " : "";
        _names = Encoding.UTF8.GetBytes($" {host}{_words.Tag}: ");
        Reopen();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> line)
    {
        byte[] buffer = t_buffer ??= new byte[HeadMax + LineMax];
        while (!line.IsEmpty)
        {
            int end = line.IndexOf((byte)'\n');
            ReadOnlySpan<byte> one = end < 0 ? line : line[..end];
            line = end < 0 ? default : line[(end + 1)..];
            int size = Head(buffer, SeverityOf(one));
            one = one[..Math.Min(one.Length, LineMax)];
            one.CopyTo(buffer.AsSpan(size));
            Errno errno = DatagramSocket.Send(_fd, buffer.AsSpan(0, size + one.Length));
            if (_server.IsUnix && errno is not (Errno.Success or Errno.EAGAIN))
            {
                Reopen(); // the server was started again
                _ = DatagramSocket.Send(_fd, buffer.AsSpan(0, size + one.Length));
            }
        }
    }

    /// <summary>Connects anew: a server at a path may be another one now.</summary>
    public override void Reopen()
    {
        if (DatagramSocket.Connect(_server, null, out int fd) != Errno.Success)
        {
            return;
        }
        if (_fd < 0)
        {
            _fd = fd;
            return;
        }
        _ = DescriptorIo.Replace(_fd, fd); // at once: a loop may be writing
        TcpSocket.Close(fd);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_fd >= 0)
        {
            TcpSocket.Close(_fd);
            _fd = -1;
        }
        base.Dispose(disposing);
    }

    private int SeverityOf(ReadOnlySpan<byte> line)
    {
        int open = _hasLevels ? line.IndexOf((byte)'[') : -1;
        int close = open < 0 ? -1 : line[open..].IndexOf((byte)']');
        if (close < 0)
        {
            return _words.Severity;
        }
        ReadOnlySpan<byte> name = line.Slice(open + 1, close - 1);
        for (ErrorLevel level = ErrorLevel.Emerg; level <= ErrorLevel.Debug; level++)
        {
            if (Ascii.Equals(name, ErrorLevels.NameOf(level)))
            {
                return (int)level - 1;
            }
        }
        return _words.Severity;
    }

    /// <summary>"&lt;191&gt;Nov 24 05:21:59 host nginx: ".</summary>
    private int Head(Span<byte> buffer, int severity)
    {
        DateTimeOffset now = TimeProvider.System.GetLocalNow();
        CultureInfo culture = CultureInfo.InvariantCulture;
        buffer[0] = (byte)'<';
        int priority = _words.Facility * SeveritiesPerFacility + severity;
        _ = priority.TryFormat(buffer[1..], out int size, default, culture);
        size++;
        buffer[size++] = (byte)'>';
        _ = now.TryFormat(buffer[size..], out int written, "MMM ", culture);
        size += written;
        buffer[size] = (byte)' ';
        _ = now.Day.TryFormat(buffer[(size + (now.Day < 10 ? 1 : 0))..], out _, default, culture);
        size += DaySize;
        _ = now.TryFormat(buffer[size..], out written, " HH:mm:ss", culture);
        size += written;
        _names.CopyTo(buffer[size..]);
        return size + _names.Length;
    }
}
