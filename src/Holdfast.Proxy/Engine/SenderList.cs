namespace Holdfast.Proxy.Engine;

/// <summary>Connections whose data are sent together, each once.</summary>
internal struct SenderList
{
    private Connection? _head;

    /// <summary>Whether there are none.</summary>
    internal readonly bool IsEmpty => _head is null;

    /// <summary>Adds a connection, unless it stands in it.</summary>
    internal void Add(Connection connection)
    {
        if (!connection.Has(ConnectionFlags.InSenderList))
        {
            connection.Flags |= ConnectionFlags.InSenderList;
            connection.Pins++;
            connection.NextSender = _head;
            _head = connection;
        }
    }

    /// <summary>Takes one; there must be one. Its pin goes over to the caller.</summary>
    internal Connection Take()
    {
        Connection connection = _head!;
        _head = connection.NextSender;
        connection.NextSender = null;
        connection.Flags &= ~ConnectionFlags.InSenderList;
        return connection;
    }
}
