using System.Buffers;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Management.Cli;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Proxy.Management;

/// <summary>One connection to a stats socket.</summary>
/// <remarks>
/// Answers are made in pieces of about 64 kB, each when the one before has been taken. Between two of them the thread
/// does its other work, so a long answer holds up nobody.
/// </remarks>
internal sealed class StatsConnection : IReadyHandler, IDisposable
{
    private const int PieceSize = 65_536;
    private const int ReadSize = 4096;

    private readonly EpollLoop _loop;
    private readonly FdHandle _socket;
    private readonly CliSession _session;
    private readonly Action<StatsConnection> _onClosed;
    private readonly ArrayBufferWriter<byte> _output = new();
    private int _sent;
    private readonly IReadOnlyList<(int Fd, string Interface)> _exposed;
    private bool _isReadEnded;

    /// <param name="loop">Where it is waited for.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="session">What is said on it.</param>
    /// <param name="onClosed">Told of its end.</param>
    /// <param name="exposed">Listeners that it may ask for.</param>
    internal StatsConnection(EpollLoop loop, FdHandle socket, CliSession session, Action<StatsConnection> onClosed,
        IReadOnlyList<(int Fd, string Interface)> exposed)
    {
        _exposed = exposed;
        _loop = loop;
        _socket = socket;
        _session = session;
        _onClosed = onClosed;
        IdleSince = MonotonicClock.Now;
        loop.Add(socket.Number, EpollEvents.EPOLLIN, this);
    }

    /// <summary>When something last came or went.</summary>
    internal MonotonicTime IdleSince { get; private set; }

    /// <summary>What the client has asked for (<c>set timeout cli</c>), in milliseconds; null: nothing.</summary>
    internal long? Timeout => _session.Timeout;

    private bool HasOutput => _sent < _output.WrittenCount;

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        IdleSince = MonotonicClock.Now;
        if (!HasOutput && !_session.HasWork && (events & ~EpollEvents.EPOLLOUT) != 0 && !Read())
        {
            Dispose();
            return;
        }
        if (!HasOutput)
        {
            _output.ResetWrittenCount();
            _sent = 0;
            _session.Produce(_output, PieceSize);
        }
        if (!Send() || (_session.IsOver && !HasOutput))
        {
            Dispose();
            return;
        }
        bool waitsToSend = HasOutput || _session.HasWork;
        _loop.Modify(_socket.Number, waitsToSend ? EpollEvents.EPOLLOUT
            : _isReadEnded ? EpollEvents.None : EpollEvents.EPOLLIN);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_socket.IsClosed)
        {
            _loop.Remove(_socket.Number);
            _socket.Dispose();
            _onClosed(this);
        }
    }

    /// <summary>Reads what has come.</summary>
    /// <returns>False: the connection is of no more use.</returns>
    private bool Read()
    {
        Span<byte> buffer = stackalloc byte[ReadSize];
        while (true)
        {
            Errno errno = DescriptorIo.Read(_socket.Number, buffer, out int count);
            if (errno == Errno.EAGAIN)
            {
                return true;
            }
            if (errno != Errno.Success)
            {
                return false;
            }
            if (count == 0)
            {
                _isReadEnded = true;
                _session.EndInput();
                return true;
            }
            if (buffer[..count].SequenceEqual(ListenerHandover.Question))
            {
                ListenerHandover.Give(_socket.Number, _exposed);
                return false; // the connection is of no other use
            }
            _session.Receive(buffer[..count]);
            if (_session.HasWork || _session.IsOver)
            {
                return true; // what else has come waits in the kernel
            }
        }
    }

    private bool Send()
    {
        while (HasOutput)
        {
            Errno errno = UnixMessage.Send(_socket.Number, _output.WrittenSpan[_sent..], out int sent);
            if (errno == Errno.EAGAIN)
            {
                return true;
            }
            if (errno != Errno.Success)
            {
                return false;
            }
            _sent += sent;
        }
        return true;
    }
}
