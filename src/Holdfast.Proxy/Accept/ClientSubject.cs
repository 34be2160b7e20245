using Holdfast.HAProxy.Samples;
using Holdfast.Proxy.Http;
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
internal sealed class ClientSubject : IMessageSource
{
    private readonly SubjectPool _pool;

    internal ClientSubject(SubjectPool pool, ProxyState state, ulong seed)
    {
        _pool = pool;
        Context = new RequestContext(this, seed) { Traffic = state.Traffic };
        Stick = new StickCounters(state) { Context = Context };
        Context.Stick = Stick;
    }

    /// <summary>What is evaluated.</summary>
    internal RequestContext Context { get; }

    /// <summary>What is tracked.</summary>
    internal StickCounters Stick { get; }

    /// <summary>Keys that are stored when the server has answered.</summary>
    internal StickStores Stores => field ??= new StickStores();

    /// <summary>Who has the bytes; null: there are none.</summary>
    internal IClientBytes? Bytes { get; set; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Request => Bytes is { } bytes ? bytes.ClientBytes : default;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> RequestBody => default;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Response => Bytes is { } bytes ? bytes.ServerBytes : default;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> ResponseBody => default;

    /// <summary>Nobody looks at it any more.</summary>
    internal void Release() => _pool.Return(this);

    /// <summary>
    /// Hands over to HTTP what rules of the connection have kept: ends, variables, what is tracked. Nobody looks at it
    /// any more.
    /// </summary>
    internal void HandOver(RequestContext to, StickCounters stick)
    {
        to.Variables.TakeSession(Context.Variables);
        stick.TakeFrom(Stick);
        Release();
    }
}
