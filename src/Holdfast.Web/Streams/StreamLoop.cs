using Holdfast.Proxy.Engine;
using Holdfast.Web.Loops;

namespace Holdfast.Web.Streams;

/// <summary>What the sessions of stream of one loop share.</summary>
/// <param name="programs">What the block was compiled to.</param>
/// <param name="loop">The loop.</param>
/// <param name="acceptorOf">Who takes the clients of a listener of this file, by its name: for <c>pass</c>.</param>
internal sealed class StreamLoop(StreamPrograms programs, WebLoop loop, Func<string, Acceptor?> acceptorOf)
{
    private readonly Stack<StreamSession> _free = new();

    /// <summary>What the block was compiled to.</summary>
    internal StreamPrograms Programs => programs;

    /// <summary>The loop.</summary>
    internal WebLoop Loop => loop;

    /// <summary>Sessions over TCP that are under way.</summary>
    internal int SessionCount { get; private set; }

    /// <summary>Who takes the clients of a listener of this file; null: there is none of this name.</summary>
    internal Acceptor? AcceptorOf(string name) => acceptorOf(name);

    internal StreamSession Rent()
    {
        SessionCount++;
        return _free.TryPop(out StreamSession? session) ? session : new StreamSession(this);
    }

    /// <summary>A session has ended.</summary>
    /// <param name="session">Which one.</param>
    /// <param name="listener">Where its client came in; null: the client goes on elsewhere.</param>
    internal void Return(StreamSession session, Listener? listener)
    {
        SessionCount--;
        _free.Push(session);
        if (listener is null)
        {
            return;
        }
        listener.Leave();
        if (listener.IsPaused && listener.HasRoom)
        {
            loop.Resume(listener);
        }
    }
}
