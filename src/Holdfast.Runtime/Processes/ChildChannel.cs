using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;

namespace Holdfast.Runtime.Processes;

/// <summary>One end of the socket between the supervisor and the VRRP process.</summary>
/// <remarks>Neither end ever waits for the other. Sending and receiving allocate nothing.</remarks>
public sealed class ChildChannel : IDisposable
{
    // Room for some thousand messages: 255 instances that move at once must not find it full.
    private const int SendBufferBytes = 4 << 20;

    private FdHandle _socket;
    private readonly byte[] _buffer = new byte[ChildProtocol.MessageSizeMax];
    private int _size;
    private int _attached = -1;

    /// <summary>Takes the socket over.</summary>
    public ChildChannel(FdHandle socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        _socket = socket;
        _ = UnixSocket.SetSendBuffer(socket.Number, SendBufferBytes); // without privilege: as much as is allowed
    }

    /// <summary>The socket, for epoll.</summary>
    public int Fd => _socket.Number;

    /// <summary>Creates both ends.</summary>
    /// <param name="childEnd">The end that is given to the new process.</param>
    /// <exception cref="LinuxException">No descriptors are left.</exception>
    public static ChildChannel Create(out FdHandle childEnd)
    {
        Errno errno = UnixSocket.TryCreatePair(out FdHandle own, out childEnd);
        LinuxException.ThrowIf(errno, "create a socket pair for a child process");
        return new ChildChannel(own);
    }

    /// <summary>Goes on with another socket: the other end is another process now.</summary>
    public void Reconnect(FdHandle socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        CloseAttached();
        _socket.Dispose();
        _socket = socket;
        _ = UnixSocket.SetSendBuffer(socket.Number, SendBufferBytes);
    }

    /// <summary>Sends a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="attached">A descriptor whose copy goes with it; −1: none.</param>
    /// <returns>EAGAIN when the other end has not read for long; EPIPE when it is gone.</returns>
    public Errno TrySend<T>(in T message, int attached = -1)
        where T : unmanaged, IChildMessage
    {
        Span<byte> bytes = stackalloc byte[ChildProtocol.MessageSizeMax];
        int size = ChildProtocol.Write(bytes, in message);
        return UnixMessage.Send(Fd, bytes[..size], attached);
    }

    /// <summary>Receives the next message, which <see cref="TryRead"/> then reads.</summary>
    /// <param name="kind">Which one it is.</param>
    /// <returns>EAGAIN when there is none; EPIPE when the other end is gone; EPROTO for another version.</returns>
    public Errno TryReceive(out MessageKind kind)
    {
        kind = MessageKind.None;
        CloseAttached();
        Errno errno = UnixMessage.Receive(Fd, _buffer, out _size, out _attached);
        if (errno is Errno.ECONNRESET || (errno == Errno.Success && _size == 0))
        {
            return Errno.EPIPE;
        }
        if (errno != Errno.Success)
        {
            return errno;
        }
        return ChildProtocol.TryReadKind(_buffer.AsSpan(0, _size), out kind) ? Errno.Success : Errno.EPROTO;
    }

    /// <summary>Reads the message that <see cref="TryReceive"/> received last.</summary>
    /// <returns>False when it is another one.</returns>
    public bool TryRead<T>(out T message)
        where T : unmanaged, IChildMessage
        => ChildProtocol.TryRead(_buffer.AsSpan(0, _size), out message);

    /// <summary>Takes over the descriptor that came with the last message; invalid when none came.</summary>
    public FdHandle TakeDescriptor()
    {
        var handle = new FdHandle(_attached);
        _attached = -1;
        return handle;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseAttached();
        _socket.Dispose();
    }

    private void CloseAttached()
    {
        if (_attached >= 0)
        {
            TakeDescriptor().Dispose();
        }
    }
}
