using Holdfast.Http.H1;
using Holdfast.Linux.Memory;
using Holdfast.Nginx.Texts;
using Holdfast.Proxy.Engine;
using Holdfast.Web.Http.Bodies;

namespace Holdfast.Web.Http.Passing;

/// <summary>The request on its way to a peer.</summary>
internal sealed partial class PassedRequest : IBodyReceiver
{
    private readonly TextBuilder _request = new();
    private bool _isRequestMade;
    private bool _isRequestSent;
    private bool _hasStreamed;
    private bool _isStreaming;
    private long _bodySent;
    private long _sentBefore;

    bool IBodyReceiver.HasRoom => _phase == PassPhase.ReadingBody || (_link is { } link && link.Connection.HasRoom);

    void IBodyReceiver.OnBody(ReadOnlySpan<byte> bytes)
    {
        if (_phase != PassPhase.ReadingBody)
        {
            Stream(bytes);
            return;
        }
        Places.PlaceProgram place = Exchange.Place;
        if (place.BodyMax > 0 && Exchange.Body.Length + bytes.Length > place.BodyMax)
        {
            _bodyStatus = 413;
            return;
        }
        if (!Exchange.Body.TryAdd(bytes, place.BodyMemoryMax, Exchange.Http.Program.BodyFiles))
        {
            _bodyStatus = 500;
        }
    }

    private int _bodyStatus;

    void IBodyReceiver.OnBodyEnd()
    {
        if (_phase == PassPhase.ReadingBody)
        {
            if (_bodyStatus > 0)
            {
                int status = _bodyStatus;
                _bodyStatus = 0;
                _phase = PassPhase.Over;
                Exchange.FinishWith(status);
                return;
            }
            FirstPeer();
            return;
        }
        _isStreaming = false;
        if (SendsChunks && _link is { } link)
        {
            Put(link.Connection, ChunkWriter.LastChunkAndEnd);
        }
        OnRequestSent();
    }

    void IBodyReceiver.OnBodyFailed(int status)
    {
        Abandon();
        if (status == 0)
        {
            Exchange.OnClientGone();
        }
        else
        {
            Exchange.FinishWith(status);
        }
    }

    private void ResetAttempt()
    {
        _input.Clear(_pool);
        _reader.Begin(this);
        _isRequestSent = _isStreaming = false;
        _hasStreamed = false;
        _bodySent = 0;
        _sentBefore = 0;
    }

    private void SendRequest()
    {
        _phase = PassPhase.Head;
        if (_link is null)
        {
            _link = new PeerConnection(Exchange.Http.IdleOf(Upstream!), _peer!, _loop.Now)
            {
                Connection = _connecting!,
            };
            _connecting = null;
        }
        _link.RequestCount++;
        _sentBefore = _link.Connection.SentBytes;
        if (!_isRequestMade)
        {
            _request.Clear();
            OffersUpgrade = false;
            Program.WriteHead(this, _request);
            _isRequestMade = true;
        }
        Connection connection = _link.Connection;
        connection.SetTimeout(Program.SendTimeout);
        Put(connection, _request.Text);
        if (!Program.BuffersRequests && !Exchange.Session.IsBodyRead && Exchange.Parent is null)
        {
            _isStreaming = true;
            if (Exchange.Body.Length > 0)
            {
                Stream(Exchange.Body.Memory); // what had come before
            }
            _loop.Receive(connection);
            Exchange.Session.ReadBody(this);
            return;
        }
        PumpRequest();
        if (_phase == PassPhase.Head && _link is not null)
        {
            _loop.Receive(connection);
            if (Exchange.Parent is null || Exchange.Session.IsBodyRead)
            {
                Exchange.Session.WatchClient();
            }
        }
    }

    /// <summary>Sends what of a body was read before, as far as the peer takes it.</summary>
    private void PumpRequest()
    {
        if (_isStreaming)
        {
            Exchange.Session.ResumeBody();
            return;
        }
        if (_isRequestSent || _link is not { } link)
        {
            return;
        }
        RequestBody body = Exchange.Body;
        while (_bodySent < body.Length && Program.Settings.PassesRequestBody && link.Connection.HasRoom)
        {
            if (!_pool.TryRent(out int buffer))
            {
                break;
            }
            BufferPart room = _pool.Room(buffer);
            int count = body.Read(_bodySent, _pool.Bytes(room));
            if (count == 0)
            {
                _pool.Return(buffer);
                break;
            }
            _bodySent += count;
            _loop.Send(link.Connection, room with { Length = count });
        }
        if (_bodySent == body.Length || !Program.Settings.PassesRequestBody)
        {
            OnRequestSent();
        }
    }

    private void OnRequestSent()
    {
        _isRequestSent = true;
        _link?.Connection.SetTimeout(Program.ReadTimeout);
    }

    private void Stream(ReadOnlySpan<byte> bytes)
    {
        if (_link is not { } link)
        {
            return;
        }
        _hasStreamed = true;
        if (SendsChunks)
        {
            Span<byte> head = stackalloc byte[ChunkWriter.HeaderMax];
            Put(link.Connection, head[..ChunkWriter.WriteHeader(bytes.Length, head)]);
        }
        Put(link.Connection, bytes);
        if (SendsChunks)
        {
            Put(link.Connection, ChunkWriter.End);
        }
        link.Connection.SetTimeout(Program.SendTimeout);
    }

    /// <summary>Sends a copy of bytes.</summary>
    private void Put(Connection connection, scoped ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && _pool.TryRent(out int buffer))
        {
            Span<byte> room = _pool.Slab[buffer];
            int count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            _loop.Send(connection, new BufferPart(buffer, 0, count));
            bytes = bytes[count..];
        }
    }
}
