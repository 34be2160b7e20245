using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Tests;

/// <summary>Reads the lines that come out of a named pipe, and waits for them, but not for ever.</summary>
internal sealed class LineReader : IReadyHandler, IDisposable
{
    private readonly EpollLoop _loop = new();
    private readonly FdHandle _pipe;
    private readonly StringBuilder _text = new();

    public LineReader(string path)
    {
        Path = path;
        Assert.Equal(Errno.Success, FileNames.TryOpenFifo(path, 0x1B6, out _pipe));
        _loop.Add(_pipe.Number, EpollEvents.EPOLLIN, this);
    }

    public string Path { get; }

    public string Next()
    {
        MonotonicTime deadline = MonotonicClock.Now + TimeSpan.FromSeconds(20);
        while (MonotonicClock.Now < deadline)
        {
            string all = _text.ToString();
            int end = all.IndexOf('\n', StringComparison.Ordinal);
            if (end >= 0)
            {
                _text.Remove(0, end + 1);
                return all[..end];
            }
            _loop.RunOnce(deadline);
        }
        return "(nothing came)";
    }

    public void OnReady(EpollEvents events)
    {
        byte[] buffer = new byte[1024];
        Assert.Equal(Errno.Success, DescriptorIo.Read(_pipe.Number, buffer, out int count));
        _text.Append(Encoding.UTF8.GetString(buffer, 0, count));
    }

    public void Dispose()
    {
        _loop.Dispose();
        _pipe.Dispose();
    }
}
