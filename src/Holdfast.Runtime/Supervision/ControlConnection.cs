using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Supervision;

/// <summary>One client of the control socket: lines of JSON in, lines of JSON out.</summary>
/// <remarks>A client that sends too long a line, or does not read, or is idle, is closed.</remarks>
public sealed class ControlConnection : IReadyHandler, IDisposable
{
    private const int RequestSizeMax = 4096;
    private const int ReplySizeMax = 32 << 20;

    private readonly EpollLoop _loop;
    private readonly FdHandle _socket;
    private readonly Action<ControlConnection, ReadOnlyMemory<byte>> _request;
    private readonly byte[] _input = new byte[RequestSizeMax];
    private readonly Queue<ReadOnlyMemory<byte>> _output = [];
    private int _inputSize;
    private int _outputSize;

    internal ControlConnection(EpollLoop loop, FdHandle socket, Action<ControlConnection, ReadOnlyMemory<byte>> request)
    {
        _loop = loop;
        _socket = socket;
        _request = request;
        loop.Add(socket.Number, EpollEvents.EPOLLIN, this);
        Touch();
    }

    /// <summary>Whether the client is gone.</summary>
    public bool IsClosed => _socket.IsClosed;

    internal MonotonicTime IdleSince { get; private set; }

    /// <summary>Queues a reply; a line feed is added.</summary>
    public void Reply(ReadOnlyMemory<byte> json)
    {
        if (IsClosed)
        {
            return;
        }
        if (_outputSize + json.Length > ReplySizeMax)
        {
            Dispose();
            return;
        }
        _output.Enqueue(json);
        _output.Enqueue("\n"u8.ToArray());
        _outputSize += json.Length + 1;
        Flush();
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        Touch();
        if ((events & EpollEvents.EPOLLOUT) != 0)
        {
            Flush();
        }
        if (!IsClosed && (events & (EpollEvents.EPOLLIN | EpollEvents.EPOLLHUP | EpollEvents.EPOLLERR)) != 0)
        {
            ReadLines();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!IsClosed)
        {
            _loop.Remove(_socket.Number);
            _socket.Dispose();
        }
    }

    private void ReadLines()
    {
        Errno errno = DescriptorIo.Read(_socket.Number, _input.AsSpan(_inputSize), out int count);
        if (errno == Errno.EAGAIN)
        {
            return;
        }
        if (errno != Errno.Success || count == 0)
        {
            Dispose();
            return;
        }
        _inputSize += count;
        int end;
        while (!IsClosed && (end = _input.AsSpan(0, _inputSize).IndexOf((byte)'\n')) >= 0)
        {
            byte[] line = _input.AsSpan(0, end).ToArray();
            _input.AsSpan(end + 1, _inputSize - end - 1).CopyTo(_input);
            _inputSize -= end + 1;
            _request(this, line);
        }
        if (_inputSize == RequestSizeMax)
        {
            Dispose(); // a line without end
        }
    }

    private void Flush()
    {
        while (_output.TryPeek(out ReadOnlyMemory<byte> next))
        {
            Errno errno = UnixMessage.Send(_socket.Number, next.Span, out int sent);
            if (errno == Errno.EAGAIN)
            {
                _loop.Modify(_socket.Number, EpollEvents.EPOLLIN | EpollEvents.EPOLLOUT);
                return;
            }
            if (errno != Errno.Success)
            {
                Dispose();
                return;
            }
            _output.Dequeue();
            _outputSize -= sent;
            if (sent < next.Length)
            {
                RequeueFirst(next[sent..]);
            }
        }
        _loop.Modify(_socket.Number, EpollEvents.EPOLLIN);
    }

    private void RequeueFirst(ReadOnlyMemory<byte> rest)
    {
        ReadOnlyMemory<byte>[] others = [.. _output];
        _output.Clear();
        _output.Enqueue(rest);
        foreach (ReadOnlyMemory<byte> other in others)
        {
            _output.Enqueue(other);
        }
    }

    private void Touch() => IdleSince = MonotonicClock.Now;
}
