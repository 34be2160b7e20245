using Holdfast.Http.H1;
using Holdfast.Linux.Memory;

namespace Holdfast.Web.Http.Sessions;

/// <summary>Heads of requests.</summary>
internal sealed partial class ClientSession
{
    /// <summary>A head that does not fit into one buffer.</summary>
    private byte[]? _large;

    private int _largeLength;
    private bool _hasMore;

    /// <summary>Whether the request that is worked on had come before the answer to the one before it left.</summary>
    internal bool IsPipelined { get; private set; }

    private void TakeHeadBytes(BufferPart data)
    {
        if (_large is null)
        {
            _input.Add(_pool, data);
            return;
        }
        int taken = Math.Min(data.Length, _large.Length - _largeLength);
        _pool.Bytes(data)[..taken].CopyTo(_large.AsSpan(_largeLength));
        _largeLength += taken;
        if (taken < data.Length)
        {
            _input.Add(_pool, new(data.Buffer, data.Offset + taken, data.Length - taken));
        }
        else
        {
            _pool.Return(data.Buffer);
        }
    }

    /// <returns>Whether a request has begun.</returns>
    private bool TryBeginRequest()
    {
        ReadOnlySpan<byte> bytes = _large is null ? _input.Bytes(_pool) : _large.AsSpan(0, _largeLength);
        if (bytes.IsEmpty)
        {
            WaitForBytes();
            return false;
        }
        Exchange exchange = _exchange ??= http.Rent(this);
        H1Result result = H1Parser.ParseRequest(bytes, exchange.Head);
        if (result.Outcome == H1Outcome.NeedMore && !MustRefuse(bytes.Length))
        {
            OnHeadIncomplete(bytes);
            return false;
        }
        IsPipelined = _phase == ClientPhase.Waiting && _hasMore;
        _hasMore = false;
        Phase = ClientPhase.Request;
        RequestCount++;
        http.RequestCount++;
        _client!.SetTimeout(-1);
        if (result.Outcome != H1Outcome.Done)
        {
            H1Error error = result.Outcome == H1Outcome.Error ? result.Error : H1Error.HeadTooLarge;
            exchange.Remember(bytes);
            DropInput();
            exchange.Refuse(error);
            return true;
        }
        exchange.Remember(bytes[..result.Consumed]);
        ConsumeHead(result.Consumed);
        BeginBody(exchange.Head);
        exchange.Start();
        return true;
    }

    private void WaitForBytes()
    {
        if (_hasEnded)
        {
            Close(isReset: false);
            return;
        }
        _loop.Receive(_client!);
    }

    private bool MustRefuse(int length) => _large is not null && length >= _large.Length;

    private void OnHeadIncomplete(ReadOnlySpan<byte> bytes)
    {
        if (_phase == ClientPhase.Waiting)
        {
            Phase = ClientPhase.Head;
            _exchange!.OnFirstByte();
            _client!.SetTimeout(Default.HeadTimeout);
        }
        if (_large is null && bytes.Length + _pool.Room(0).Offset >= _pool.Slab.BufferSize)
        {
            EnlargeHead(bytes);
        }
        WaitForBytes();
    }

    private void EnlargeHead(ReadOnlySpan<byte> bytes)
    {
        _large = new byte[Default.HeadBytesMax];
        int count = Math.Min(bytes.Length, _large.Length);
        bytes[..count].CopyTo(_large);
        _largeLength = count;
        _input.Consume(_pool, count);
        while (_input.HasBytes && _largeLength < _large.Length)
        {
            ReadOnlySpan<byte> more = _input.Bytes(_pool);
            count = Math.Min(more.Length, _large.Length - _largeLength);
            more[..count].CopyTo(_large.AsSpan(_largeLength));
            _largeLength += count;
            _input.Consume(_pool, count);
        }
    }

    private void ConsumeHead(int length)
    {
        if (_large is null)
        {
            _input.Consume(_pool, length);
            return;
        }
        // What is behind the head came with its last bytes, in one buffer; what came after that is in the input.
        ReadOnlySpan<byte> rest = _large.AsSpan(length, _largeLength - length);
        if (!rest.IsEmpty && _pool.TryRent(out int buffer))
        {
            BufferPart room = _pool.Room(buffer);
            int count = Math.Min(rest.Length, room.Length);
            rest[..count].CopyTo(_pool.Bytes(room));
            _input.Add(_pool, room with { Length = count });
        }
        _large = null;
    }

    private void DropInput()
    {
        _input.Clear(_pool);
        _large = null;
    }

    /// <summary>A client that begins a request and does not go on: nothing is answered, as nginx does.</summary>
    private void OnHeadTimeout()
    {
        Phase = ClientPhase.Request;
        Exchange exchange = _exchange!;
        ReadOnlySpan<byte> bytes = _large is null ? _input.Bytes(_pool) : _large.AsSpan(0, _largeLength);
        exchange.Remember(bytes);
        DropInput();
        exchange.EndSilently(408);
    }
}
