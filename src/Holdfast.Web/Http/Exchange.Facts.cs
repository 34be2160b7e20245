using Holdfast.Http.H1;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Streams;
using Holdfast.Primitives;
using Holdfast.Web.Http.Answers;

namespace Holdfast.Web.Http;

/// <summary>What expressions ask.</summary>
internal sealed partial class Exchange : IRequestFacts
{
    private long _beganAt;
    private Guid _identity;

    HeadView IRequestFacts.Head => View;

    /// <summary>The head of the request with its bytes.</summary>
    internal HeadView View => Head.On(_headBytes.AsSpan(0, _headLength));

    /// <inheritdoc/>
    public IpAddress ClientAddress => HasRealAddress ? _realAddress : Session.PeerAddress;

    /// <inheritdoc/>
    public int ClientPort => HasRealAddress ? _realPort : Session.PeerPort;

    /// <inheritdoc/>
    public IpAddress LocalAddress => Session.LocalAddress;

    /// <inheritdoc/>
    public int LocalPort => Session.LocalPort;

    /// <inheritdoc/>
    public bool IsTls => Session.IsTls;

    /// <inheritdoc/>
    public AnnouncedPair? Announced => Session.Announced;

    /// <inheritdoc/>
    public long ConnectionNumber => Session.Number;

    /// <inheritdoc/>
    public long ConnectionRequests => Session.RequestCount;

    /// <inheritdoc/>
    public long ConnectedAt => Session.ConnectedAt;

    /// <inheritdoc/>
    public long BeganAt => _beganAt;

    /// <inheritdoc/>
    public long Now => Http.Loop.Clock.UnixMilliseconds;

    /// <inheritdoc/>
    public int UtcOffset => Http.Loop.Clock.UtcOffset;

    /// <inheritdoc/>
    public Guid Identity => _identity == default ? _identity = Guid.NewGuid() : _identity;

    /// <inheritdoc/>
    public long RequestLength => _headLength + Body.Length;

    /// <inheritdoc/>
    public int Status => Answer.Status;

    /// <inheritdoc/>
    public long BytesSent => _headPut + _bodyPut;

    /// <inheritdoc/>
    public long BodyBytesSent => _bodyPut;

    /// <inheritdoc/>
    public bool IsComplete => _isComplete;

    /// <inheritdoc/>
    public bool IsPipelined => Session.IsPipelined;

    /// <inheritdoc/>
    public bool TryGetSent(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
        => SentFields.TryGet(Answer, Request, name, out value);

    /// <summary>The first byte of the request is there.</summary>
    internal void OnFirstByte() => _beganAt = Now;
}
