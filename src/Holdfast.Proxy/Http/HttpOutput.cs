using Holdfast.Linux.Memory;
using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Http;

/// <summary>Bytes that are put together for a connection, sent buffer by buffer.</summary>
/// <param name="loop">The loop.</param>
/// <param name="connection">Where to.</param>
internal ref struct HttpOutput<TTransport>(EventLoop<TTransport> loop, Connection connection)
    where TTransport : struct, ITransport
{
    private int _buffer = -1;
    private int _length;

    /// <summary>Whether no buffer was left: the message is broken, and the connection must end.</summary>
    internal bool HasFailed { get; private set; }

    /// <summary>Whether nothing is sent at all: the receiver expects nothing.</summary>
    internal bool IsMute { get; init; }

    internal void Put(scoped ReadOnlySpan<byte> bytes)
    {
        while (!IsMute && !bytes.IsEmpty && Reserve())
        {
            Span<byte> room = loop.State.Buffers.Slab[_buffer][_length..];
            int count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            _length += count;
            bytes = bytes[count..];
            if (count == room.Length)
            {
                Flush();
            }
        }
    }

    /// <summary>Sends what is there.</summary>
    internal void Flush()
    {
        if (_buffer >= 0)
        {
            loop.Transport.Send(connection, new BufferPart(_buffer, 0, _length));
            _buffer = -1;
            _length = 0;
        }
    }

    private bool Reserve()
    {
        if (_buffer < 0 && !loop.State.Buffers.TryRent(out _buffer))
        {
            _buffer = -1;
            HasFailed = true;
        }
        return !HasFailed;
    }
}
