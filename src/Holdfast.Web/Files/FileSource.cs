using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Memory;
using Holdfast.Nginx.Ranges;
using Holdfast.Proxy.Engine;
using Holdfast.Web.Http;
using Holdfast.Web.Http.Content;

namespace Holdfast.Web.Files;

/// <summary>A part of a file on its way to a client.</summary>
internal sealed class FileSource : ContentSource
{
    private int _part;
    private int _fd = -1;
    private long _offset;
    private long _left;

    /// <summary>Begins.</summary>
    /// <param name="fd">The file, which is closed at the end.</param>
    /// <param name="offset">From where.</param>
    /// <param name="length">How many bytes.</param>
    internal void Begin(int fd, long offset, long length) => (_fd, _offset, _left, _part) = (fd, offset, length, 0);

    internal override void Pump(Exchange exchange)
    {
        while (PumpPart(exchange) && NextPart(exchange))
        {
        }
    }

    /// <returns>Whether there is another part of several.</returns>
    private bool NextPart(Exchange exchange)
    {
        if (exchange.SoughtParts is { } form)
        {
            if (_part < exchange.Ranges.Count)
            {
                ByteRange next = exchange.Ranges[_part++];
                exchange.Write(form.HeadOf(exchange, next));
                (_offset, _left) = (next.Start, next.Length);
                return true;
            }
            exchange.Write(form.End(exchange));
        }
        Close();
        exchange.EndBody();
        return false;
    }

    /// <returns>Whether all of it was given.</returns>
    private bool PumpPart(Exchange exchange)
    {
        BufferPool pool = exchange.Http.Loop.Buffers;
        while (_left > 0 && exchange.HasRoom)
        {
            if (!pool.TryRent(out int buffer))
            {
                exchange.Cut(isReset: true);
                return false;
            }
            BufferPart room = new(buffer, BufferPool.Headroom, pool.Slab.BufferSize - BufferPool.Headroom);
            Span<byte> bytes = pool.Bytes(room)[..(int)Math.Min(room.Length, _left)];
            Errno errno = PathIo.ReadAt(_fd, bytes, _offset, out int count);
            if (errno != Errno.Success || count == 0)
            {
                pool.Return(buffer);
                exchange.Report(Logs.ErrorLevel.Alert, "the file has become shorter, or cannot be read any more");
                exchange.Cut(isReset: false); // what was announced does not come
                return false;
            }
            _offset += count;
            _left -= count;
            exchange.Write(room with { Length = count });
        }
        return _left == 0;
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
