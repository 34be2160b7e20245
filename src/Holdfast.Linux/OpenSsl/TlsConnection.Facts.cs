namespace Holdfast.Linux.OpenSsl;

/// <summary>What is known of a connection once its handshake is done.</summary>
public sealed unsafe partial class TlsConnection
{
    /// <summary>Whether a session was resumed.</summary>
    public bool IsResumed => LibSsl.SSL_session_reused(_ssl) == 1;
}
