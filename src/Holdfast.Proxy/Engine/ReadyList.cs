namespace Holdfast.Proxy.Engine;

/// <summary>Connections that have something to do without the kernel, in order, each once.</summary>
internal struct ReadyList
{
    private Connection? _head;
    private Connection? _tail;

    /// <summary>How many stand in it.</summary>
    internal int Count { get; private set; }

    /// <summary>Adds a connection, unless it stands in it.</summary>
    internal void Add(Connection connection)
    {
        if (connection.Has(ConnectionFlags.InReadyList))
        {
            return;
        }
        connection.Flags |= ConnectionFlags.InReadyList;
        connection.Pins++;
        connection.NextReady = null;
        if (_tail is null)
        {
            _head = connection;
        }
        else
        {
            _tail.NextReady = connection;
        }
        _tail = connection;
        Count++;
    }

    /// <summary>Takes the first one; there must be one. Its pin goes over to the caller.</summary>
    internal Connection Take()
    {
        Connection connection = _head!;
        _head = connection.NextReady;
        if (_head is null)
        {
            _tail = null;
        }
        connection.NextReady = null;
        connection.Flags &= ~ConnectionFlags.InReadyList;
        Count--;
        return connection;
    }
}
