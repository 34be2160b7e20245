using Holdfast.Linux.OpenSsl;
using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Tls;

/// <summary>What the TLS connections of one loop share: the window on its buffers, layers to be used again, counts.
/// </summary>
internal sealed class TlsLoop : IDisposable
{
    private readonly Stack<TlsLayer> _free = new();

    /// <summary>What the library reads from and writes to.</summary>
    internal TlsWindow Window { get; } = new();

    /// <summary>Handshakes that are done.</summary>
    internal long HandshakeCount { get; set; }

    /// <summary>Those of them that resumed a session.</summary>
    internal long ResumedCount { get; set; }

    /// <summary>Handshakes that failed, by an error of TLS or because the peer has ended.</summary>
    internal long FailedCount { get; set; }

    /// <summary>Connections that stood and then got bytes that are no good records.</summary>
    internal long ReadErrorCount { get; set; }

    /// <summary>That of a loop.</summary>
    internal static TlsLoop Of(LoopState loop) => loop.Tls ??= new TlsLoop();

    /// <inheritdoc/>
    public void Dispose() => Window.Dispose();

    internal TlsLayer Rent(LoopState loop) => _free.TryPop(out TlsLayer? layer) ? layer : new TlsLayer(loop, this);

    internal void Return(TlsLayer layer) => _free.Push(layer);
}
