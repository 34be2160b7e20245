using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Memory;
using Holdfast.Proxy.Engine;
using Holdfast.Web.Http;
using Holdfast.Web.Http.Content;

namespace Holdfast.Web.Files;

/// <summary>A part of a file on its way to a client.</summary>
internal sealed class FileSource : ContentSource
{
    private int _fd = -1;
    private long _offset;
    private long _left;

    /// <summary>Begins.</summary>
    /// <param name="fd">The file, which is closed at the end.</param>
    /// <param name="offset">From where.</param>
    /// <param name="length">How many bytes.</param>
    internal void Begin(int fd, long offset, long length) => (_fd, _offset, _left) = (fd, offset, length);

    internal override void Pump(Exchange exchange)
    {
        BufferPool pool = exchange.Http.Loop.Buffers;
        while (_left > 0 && exchange.HasRoom)
        {
            if (!pool.TryRent(out int buffer))
            {
                exchange.Cut(isReset: true);
                return;
            }
            BufferPart room = new(buffer, BufferPool.Headroom, pool.Slab.BufferSize - BufferPool.Headroom);
            Span<byte> bytes = pool.Bytes(room)[..(int)Math.Min(room.Length, _left)];
            Errno errno = PathIo.ReadAt(_fd, bytes, _offset, out int count);
            if (errno != Errno.Success || count == 0)
            {
                pool.Return(buffer);
                exchange.Report(Logs.ErrorLevel.Alert, "the file has become shorter, or cannot be read any more");
                exchange.Cut(isReset: false); // what was announced does not come
                return;
            }
            _offset += count;
            _left -= count;
            exchange.Write(room with { Length = count });
        }
        if (_left == 0)
        {
            Close();
            exchange.EndBody();
        }
    }

    internal override void Abandon(Exchange exchange) => Close();

    private void Close()
    {
        if (_fd >= 0)
        {
            PathIo.Close(_fd);
            _fd = -1;
        }
    }
}
