using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Logs;

namespace Holdfast.Proxy.Accept;

/// <summary>How clients go that never had a session: what rules have kept of them ends, the listener has room again.
/// </summary>
/// <typeparam name="TTransport">The loop's transport.</typeparam>
/// <param name="loop">The loop.</param>
/// <param name="subjects">Where what rules have kept goes back to.</param>
/// <param name="log">Told why, where somebody logs it; null: nobody.</param>
/// <param name="logsNull">Whether clients that said nothing are logged, too.</param>
internal sealed class ClientExit<TTransport>(
    EventLoop<TTransport> loop, SubjectPool subjects, RefusalLog? log, bool logsNull)
    where TTransport : struct, ITransport
{
    /// <summary>Ends a connection.</summary>
    /// <param name="listener">Where it came in.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="isReset">Whether the client gets a reset.</param>
    internal void Close(Listener listener, Connection connection, bool isReset)
    {
        if (connection.Attachment is ClientSubject subject)
        {
            connection.Attachment = null;
            subjects.Return(subject);
        }
        loop.Transport.Close(connection, isReset);
        listener.Leave();
        if (listener.IsPaused && listener.HasRoom)
        {
            loop.Transport.Resume(listener);
        }
    }

    /// <summary>Ends a connection whose header or handshake has failed, and says why.</summary>
    /// <param name="listener">Where it came in.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="isReset">Whether the client gets a reset.</param>
    /// <param name="isNull">Whether the client just went, so that <c>option dontlognull</c> hides it.</param>
    /// <param name="reason">Why, as the original words it.</param>
    internal void Refuse(
        Listener listener, Connection connection, bool isReset, bool isNull, ReadOnlySpan<byte> reason)
    {
        if (log is not null && (logsNull || !isNull))
        {
            log.OnRefused(connection, loop.State.Now - connection.OpenedAt, reason);
        }
        Close(listener, connection, isReset);
    }
}
