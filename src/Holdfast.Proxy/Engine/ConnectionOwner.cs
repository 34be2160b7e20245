using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;

namespace Holdfast.Proxy.Engine;

/// <summary>Who is told what becomes of a connection: the state machine of a session.</summary>
/// <remarks>
/// All calls come on the loop's thread, never from within a call of the transport. An owner may close any
/// connection in any of them. After <see cref="OnFailed"/> or <see cref="OnReceiveEnded"/> no more data come; the
/// owner still has to close the connection.
/// </remarks>
public abstract class ConnectionOwner
{
    /// <summary>A connection that we make stands.</summary>
    public abstract void OnConnected(Connection connection);

    /// <summary>Data have arrived, the answer to one <c>Receive</c>.</summary>
    /// <param name="connection">Where from.</param>
    /// <param name="data">The data, whose buffer is the owner's now: to send, or to return to the pool.</param>
    public abstract void OnReceived(Connection connection, BufferPart data);

    /// <summary>The peer has ended its direction of the stream, in answer to a <c>Receive</c>.</summary>
    public abstract void OnReceiveEnded(Connection connection);

    /// <summary>The kernel has taken data that it did not take at once.</summary>
    public abstract void OnSent(Connection connection);

    /// <summary>The connection has failed: refused, reset, or worse.</summary>
    /// <param name="connection">Which one.</param>
    /// <param name="errno">Why.</param>
    public abstract void OnFailed(Connection connection, Errno errno);

    /// <summary>The connection's deadline has come.</summary>
    public abstract void OnTimeout(Connection connection);

    /// <summary>The session as reports show it; null: this is none.</summary>
    internal virtual SessionView? View => null;

    /// <summary>Ends the session at once.</summary>
    /// <param name="cause">For logs: K, an operator wants that; D, its server is down; U, a better one is up.</param>
    internal virtual void Abort(char cause)
    {
    }
}
