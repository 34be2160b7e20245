using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Http;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Accept;

/// <summary>Where the bytes of a client's session stand, before HTTP.</summary>
internal interface IClientBytes
{
    /// <summary>What the client has sent, and has not gone on.</summary>
    ReadOnlySpan<byte> ClientBytes { get; }

    /// <summary>The same of the server.</summary>
    ReadOnlySpan<byte> ServerBytes { get; }
}

/// <summary>What rules and formats see of a client: rented for as long as its connection lasts.</summary>
internal sealed class ClientSubject : IMessageSource, ISessionFacts
{
    private readonly TimeoutOptions _timeouts;
    private H1Head? _head;

    internal ClientSubject(TimeoutOptions timeouts, ulong seed)
    {
        _timeouts = timeouts;
        Context = new RequestContext(this, seed);
    }

    /// <summary>What is evaluated.</summary>
    internal RequestContext Context { get; }

    /// <summary>What is tracked.</summary>
    internal StickCounters Stick => (StickCounters)Context.Stick!;

    /// <summary>Keys that are stored when the server of a stream is there.</summary>
    internal StickStores Stores => field ??= new StickStores();

    /// <summary>A request at the beginning of a stream, which rules of content may ask for.</summary>
    internal H1Head Head => _head ??= new H1Head(H1Limits.Default, H1Leniency.HAProxy);

    /// <summary>The bytes go on: nobody may look at a request among them any more.</summary>
    internal void ForgetHead()
    {
        Context.RequestHead = null;
        _head?.Reset();
    }

    /// <summary>Who has the bytes; null: there are none.</summary>
    internal IClientBytes? Bytes { get; set; }

    /// <summary>The present request of an HTTP session, which goes on with this subject; null: there is none.</summary>
    internal IMessageSource? Requests { get; set; }

    /// <summary>The client's connection, as long as there is no session; null: it has gone.</summary>
    internal Connection? Client { get; set; }

    /// <inheritdoc/>
    public bool IsHttp => false;

    /// <inheritdoc/>
    public bool HasServerConnection => false;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Request
        => Requests is { } requests ? requests.Request : Bytes is { } bytes ? bytes.ClientBytes : default;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> RequestBody => Requests is { } requests ? requests.RequestBody : default;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Response
        => Requests is { } requests ? requests.Response : Bytes is { } bytes ? bytes.ServerBytes : default;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> ResponseBody => Requests is { } requests ? requests.ResponseBody : default;

    /// <inheritdoc/>
    public long? Read(SessionFigure figure)
        => figure == SessionFigure.FeClientTimeout ? Math.Max(0, _timeouts.Client) : null;

    /// <inheritdoc/>
    public long? Read(TcpFigure figure, bool isServer) => isServer ? null : KernelFigures.Of(Client, figure);

    /// <inheritdoc/>
    public void RefreshLog()
    {
    }
}
