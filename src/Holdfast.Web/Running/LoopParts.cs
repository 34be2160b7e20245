using Holdfast.Proxy.Engine;
using Holdfast.Web.Http;
using Holdfast.Web.Loops;

namespace Holdfast.Web.Running;

/// <summary>What one loop has of its own: who takes the clients of each listener.</summary>
internal sealed class LoopParts : IDisposable
{
    private readonly Acceptor?[] _acceptors;

    internal LoopParts(WebPrograms programs, WebLoop loop, int index)
    {
        _ = index;
        HttpLoop? http = programs.Http is { } program ? new HttpLoop(program, loop) : null;
        _acceptors = [.. Enumerable.Range(0, programs.Configuration.Listeners.Length).Select(Acceptor? (listener)
            => programs.Http?.OfListener(listener) is { } listening ? new HttpAcceptor(http!, listening) : null)];
    }

    /// <summary>Who takes the clients of a listener; null: nobody.</summary>
    internal Acceptor? AcceptorOf(int listener) => _acceptors[listener];

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
