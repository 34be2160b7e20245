using Holdfast.Proxy.Engine;
using Holdfast.Web.Loops;

namespace Holdfast.Web.Running;

/// <summary>What one loop has of its own: who takes the clients of each listener.</summary>
internal sealed class LoopParts : IDisposable
{
    private readonly Acceptor?[] _acceptors;

    internal LoopParts(WebPrograms programs, WebLoop loop, int index)
    {
        _acceptors = new Acceptor?[programs.Configuration.Listeners.Length];
        _ = loop;
        _ = index;
    }

    /// <summary>Who takes the clients of a listener; null: nobody.</summary>
    internal Acceptor? AcceptorOf(int listener) => _acceptors[listener];

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
