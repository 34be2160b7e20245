using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Sockets;

namespace Holdfast.Lab;

/// <summary>Cuts what comes out of a pipe into lines.</summary>
internal sealed class LineReader : IReadyHandler
{
    private readonly EpollLoop _loop;
    private readonly int _fd;
    private readonly bool _isError;
    private readonly Action<LabLine> _add;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _length;

    internal LineReader(EpollLoop loop, int fd, bool isError, Action<LabLine> add)
    {
        _loop = loop;
        _fd = fd;
        _isError = isError;
        _add = add;
        loop.Add(fd, EpollEvents.EPOLLIN, this);
    }

    /// <summary>Whether all writers have closed it.</summary>
    internal bool AtEnd { get; private set; }

    /// <summary>Reads what has come, which may be nothing.</summary>
    /// <remarks>
    /// The end of the process may stand before this event in the same turn of the loop, and has read everything then. A
    /// read would wait for as long as a child of the process lives.
    /// </remarks>
    public void OnReady(EpollEvents events)
    {
        if (!AtEnd && DescriptorWait.ForRead(_fd, TimeSpan.Zero))
        {
            Read();
        }
    }

    /// <summary>Reads what is there, without waiting for more.</summary>
    internal void ReadAvailable()
    {
        while (!AtEnd && DescriptorWait.ForRead(_fd, TimeSpan.Zero))
        {
            Read();
        }
    }

    private void Read()
    {
        Errno errno = DescriptorIo.Read(_fd, _buffer.AsSpan(_length), out int count);
        if (errno != Errno.Success || count == 0)
        {
            AtEnd = true;
            _loop.Remove(_fd);
            Emit(_length, _length);
            return;
        }
        _length += count;
        int end;
        while ((end = _buffer.AsSpan(0, _length).IndexOf((byte)'\n')) >= 0)
        {
            Emit(end, end + 1);
        }
        if (_length == _buffer.Length)
        {
            Emit(_length, _length); // a line without end is cut
        }
    }

    private void Emit(int length, int taken)
    {
        if (taken > 0)
        {
            _add(new LabLine(MonotonicClock.Now, _isError, Encoding.UTF8.GetString(_buffer, 0, length)));
        }
        _buffer.AsSpan(taken, _length - taken).CopyTo(_buffer);
        _length -= taken;
    }
}
