using Holdfast.Linux.Sockets;

namespace Holdfast.Proxy.Engine;

/// <summary>What a connection to a server has beyond a client's, of which there are many more.</summary>
internal sealed class UpstreamFacts
{
    /// <summary>The next one in a list of the owner (idle connections of a server).</summary>
    internal Connection? Next { get; set; }

    internal Connection? Previous { get; set; }

    /// <summary>Whether it has served more than one client.</summary>
    internal bool IsProven { get; set; }

    /// <summary>How often it was used again.</summary>
    internal int ReuseCount { get; set; }

    /// <summary>For which name it was opened; 0: for any.</summary>
    internal ulong NameHash { get; set; }

    /// <summary>An address of its own that it connects to; null: there was none yet.</summary>
    internal SocketEndpoint? Target { get; set; }

    /// <summary>The connection has ended: all but the memory of the target is new.</summary>
    internal void Forget()
    {
        Next = null;
        Previous = null;
        IsProven = false;
        ReuseCount = 0;
        NameHash = 0;
    }
}
