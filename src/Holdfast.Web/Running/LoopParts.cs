using Holdfast.Proxy.Engine;
using Holdfast.Web.Http;
using Holdfast.Web.Loops;
using Holdfast.Web.Streams;

namespace Holdfast.Web.Running;

/// <summary>What one loop has of its own: who takes the clients of each listener.</summary>
internal sealed class LoopParts : IDisposable
{
    private readonly Acceptor?[] _acceptors;

    internal LoopParts(WebPrograms programs, WebLoop loop, int index)
    {
        _ = index;
        HttpLoop? http = programs.Http is { } program ? new HttpLoop(program, loop) : null;
        StreamLoop? stream = programs.Stream is { } streams
            ? new StreamLoop(streams, loop, name => AcceptorOf(programs.Configuration, name)) : null;
        _acceptors = [.. Enumerable.Range(0, programs.Configuration.Listeners.Length).Select(Acceptor? (listener)
            => programs.Http?.OfListener(listener) is { } listening ? new HttpAcceptor(http!, listening)
            : programs.Stream?.OfListener(listener) is { IsUdp: false } streaming
                ? new StreamAcceptor(stream!, streaming) : null)];
    }

    /// <summary>Who takes the clients of a listener of this name; null: there is none.</summary>
    private Acceptor? AcceptorOf(WebConfiguration configuration, string name)
    {
        string whole = name.Contains(':', StringComparison.Ordinal) ? name : $"0.0.0.0:{name}";
        for (int i = 0; i < _acceptors.Length; i++)
        {
            if (configuration.Listeners[i].Name == whole)
            {
                return _acceptors[i];
            }
        }
        return null;
    }

    /// <summary>Who takes the clients of a listener; null: nobody.</summary>
    internal Acceptor? AcceptorOf(int listener) => _acceptors[listener];

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
