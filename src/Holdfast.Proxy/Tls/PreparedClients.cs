using Holdfast.Linux.OpenSsl;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Tls;

/// <summary>TLS of a server that is about to be added: freed unless it is given to one.</summary>
internal sealed class PreparedClients(TlsContexts contexts, TlsClient? tls, TlsClient? checkTls) : IDisposable
{
    private bool _isGiven;

    internal void Give(Server server)
    {
        (server.Tls, server.CheckTls) = (tls, checkTls);
        _isGiven = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isGiven)
        {
            contexts.Free(tls);
            contexts.Free(checkTls);
        }
    }
}
