using Holdfast.Linux.Memory;

namespace Holdfast.Proxy.Engine;

/// <summary>
/// Stands between a connection's socket and its owner: the transport tells it what happens, and asks it before bytes
/// leave. TLS is one.
/// </summary>
/// <remarks>
/// The owner hears of the connection once the layer is ready. What a layer sends by itself it puts into the
/// connection's queue; what it could not give to the owner yet it puts back in front of the inbox.
/// </remarks>
internal abstract class ConnectionLayer : ConnectionOwner
{
    /// <summary>The owner sends.</summary>
    /// <param name="connection">Where to.</param>
    /// <param name="data">What; becomes what the transport has to send.</param>
    /// <returns>False: the layer has taken the data, and the transport has nothing to send.</returns>
    internal abstract bool TrySend(Connection connection, ref BufferPart data);

    /// <summary>The owner ends its direction.</summary>
    /// <returns>False: the layer will end it later.</returns>
    internal abstract bool TryEndSend(Connection connection);

    /// <summary>The owner closes the connection; the layer must not be used for it any more.</summary>
    /// <param name="connection">Which one.</param>
    /// <param name="isReset">Whether the peer gets a reset.</param>
    /// <returns>Whether it gets one after all.</returns>
    internal abstract bool OnClosing(Connection connection, bool isReset);

    /// <inheritdoc/>
    public override void OnTimeout(Connection connection) => connection.Owner!.OnTimeout(connection);
}

/// <summary>Asks for data on behalf of a layer.</summary>
internal interface IReceiver
{
    /// <summary>As <see cref="ITransport.Receive"/>.</summary>
    void Receive(Connection connection);
}
