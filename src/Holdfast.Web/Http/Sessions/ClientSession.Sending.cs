using Holdfast.Linux.Memory;

namespace Holdfast.Web.Http.Sessions;

/// <summary>What is sent: gathered in a buffer while it is small, and passed on as it is while it is large.</summary>
internal sealed partial class ClientSession
{
    /// <summary>Up to this many bytes copying is cheaper than a buffer of its own in the call that sends.</summary>
    private const int CopiedMax = 2048;

    private int _out = -1;
    private int _outLength;
    private bool _lacksBuffer;

    /// <inheritdoc/>
    public bool HasRoom => _client is { HasRoom: true };

    /// <inheritdoc/>
    public void Put(scoped ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && _client is not null)
        {
            if (_out < 0 && !TryRentOut())
            {
                return;
            }
            Span<byte> room = _pool.Slab[_out][_outLength..];
            int count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            _outLength += count;
            bytes = bytes[count..];
            if (count == room.Length)
            {
                Flush();
            }
        }
    }

    /// <inheritdoc/>
    public void Put(BufferPart part)
    {
        if (_client is not { } client)
        {
            _pool.Return(part.Buffer);
        }
        else if (part.Length <= CopiedMax)
        {
            Put(_pool.Bytes(part));
            _pool.Return(part.Buffer);
        }
        else
        {
            Flush();
            _loop.Send(client, part);
        }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        if (_out < 0)
        {
            return;
        }
        (int buffer, int length) = (_out, _outLength);
        _out = -1;
        _outLength = 0;
        if (_client is { } client)
        {
            _loop.Send(client, new BufferPart(buffer, 0, length));
        }
        else
        {
            _pool.Return(buffer);
        }
    }

    /// <summary>Bytes that the kernel has taken of what was sent.</summary>
    internal long SentBytes => _client?.SentBytes ?? 0;

    private bool TryRentOut()
    {
        _lacksBuffer |= !_pool.TryRent(out _out);
        _outLength = 0;
        if (_lacksBuffer)
        {
            _out = -1; // the answer is broken, and the connection ends with it
        }
        return !_lacksBuffer;
    }

    private void DropOut()
    {
        if (_out >= 0)
        {
            _pool.Return(_out);
            _out = -1;
        }
        _lacksBuffer = false;
    }

    /// <summary>While somebody else answers: to see that the client goes, and to take its next request.</summary>
    internal void WatchClient()
    {
        if (_client is { } client && _isBodyOver && !_hasEnded && !_input.IsFull)
        {
            _loop.Receive(client);
        }
    }

    /// <summary>A client that takes nothing for too long is closed.</summary>
    internal void ArmSendTimer()
    {
        if (_client is { } client && _receiver is null)
        {
            client.SetTimeout(client.QueuedCount > 0 ? _exchange?.SendTimeout ?? LingerMilliseconds : -1);
        }
    }
}
