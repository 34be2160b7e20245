using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Http;

/// <summary>A client that waits for its next request: what there is of a session between two of them.</summary>
/// <remarks>
/// Most connections do nothing most of the time, and a session is several times as large. Whatever happens to
/// the connection, a session takes it over first. Objects are used again.
/// </remarks>
internal sealed class IdleClient<TTransport>(HttpFrontend<TTransport> frontend) : ConnectionOwner
    where TTransport : struct, ITransport
{
    /// <summary>Where it has come in; null: the object is free.</summary>
    internal Listener? Listener { get; set; }

    internal Connection? Connection { get; set; }

    /// <summary>What was asked of the kernel about it; null: nothing yet.</summary>
    internal ClientFacts? Facts { get; set; }

    /// <summary>Requests that it has sent.</summary>
    internal long RequestCount { get; set; }

    /// <summary>Milliseconds from its being accepted to its session.</summary>
    internal long Handshake { get; set; }

    /// <summary>Since when it waits, in milliseconds of the loop's clock.</summary>
    internal long IdleFrom { get; set; }

    internal override SessionView? View => Connection is { IsClosed: false } client && Listener is { } listener
        ? new SessionView(listener, client, Backend: null, Server: null, IsIdle: true) : null;

    public override void OnConnected(Connection connection) => Wake().OnConnected(connection);

    public override void OnReceived(Connection connection, BufferPart data) => Wake().OnReceived(connection, data);

    public override void OnReceiveEnded(Connection connection) => Wake().OnReceiveEnded(connection);

    public override void OnSent(Connection connection) => Wake().OnSent(connection);

    public override void OnFailed(Connection connection, Errno errno) => Wake().OnFailed(connection, errno);

    public override void OnTimeout(Connection connection) => Wake().OnTimeout(connection);

    internal override void Abort(char cause)
    {
        if (Connection is { IsClosed: false })
        {
            Wake().Abort(cause);
        }
    }

    /// <inheritdoc cref="HttpSession{TTransport}.EndIfIdle"/>
    internal void EndIfIdle(long spread)
    {
        if (Connection is { IsClosed: false })
        {
            Wake().EndIfIdle(spread);
        }
    }

    private HttpSession<TTransport> Wake()
    {
        HttpSession<TTransport> session = frontend.RentSession();
        session.GoOn(this);
        Connection = null;
        Listener = null;
        Facts = null;
        frontend.Return(this);
        return session;
    }
}
