using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Engine;

/// <summary>How an event loop talks to the kernel: by epoll or by io_uring.</summary>
/// <remarks>
/// A struct type parameter, so that each kind of loop is compiled for its transport and calls it directly. Nothing
/// calls an owner from within a call of an owner: what is known at once is told later in the same turn.
/// </remarks>
public interface ITransport : IDisposable
{
    /// <summary>"epoll" or "io_uring".</summary>
    static abstract string Name { get; }

    /// <summary>Begins, on the thread of the loop.</summary>
    /// <param name="loop">What connections share.</param>
    /// <param name="wakeFd">An event descriptor that other threads raise.</param>
    /// <exception cref="Linux.LinuxException">The kernel does not give what is needed.</exception>
    void Begin(LoopState loop, int wakeFd);

    /// <summary>Begins to accept.</summary>
    void Listen(Listener listener);

    /// <summary>Stops accepting; what waits stays in the kernel.</summary>
    void Pause(Listener listener);

    /// <summary>Accepts again.</summary>
    void Resume(Listener listener);

    /// <summary>Begins to connect; the owner hears <see cref="ConnectionOwner.OnConnected"/> or OnFailed.</summary>
    /// <param name="peer">Where to.</param>
    /// <param name="source">Own address; null: the kernel's choice.</param>
    /// <param name="owner">Who is told.</param>
    /// <param name="connection">The connection; null after an error.</param>
    Errno Connect(SocketEndpoint peer, SocketEndpoint? source, ConnectionOwner owner, out Connection? connection);

    /// <summary>Begins to connect; the owner hears <see cref="ConnectionOwner.OnConnected"/> or OnFailed.</summary>
    /// <param name="target">Where to, and from where.</param>
    /// <param name="owner">Who is told.</param>
    /// <param name="connection">The connection; null after an error.</param>
    Errno Connect(in ConnectTarget target, ConnectionOwner owner, out Connection? connection);

    /// <summary>Asks for data once; nothing when that was asked already.</summary>
    void Receive(Connection connection);

    /// <summary>Sends, after what was sent before. Also while connecting.</summary>
    /// <param name="connection">Where to.</param>
    /// <param name="data">What; its buffer is the transport's from now on.</param>
    void Send(Connection connection, BufferPart data);

    /// <summary>Ends our direction of the stream when all has been sent.</summary>
    void ShutdownSend(Connection connection);

    /// <summary>Closes; nothing is told about the connection any more, and what was not sent is dropped.</summary>
    /// <param name="connection">Which one; must not be used any more.</param>
    /// <param name="isReset">Whether the peer gets a reset instead of an end.</param>
    void Close(Connection connection, bool isReset);

    /// <summary>Has a port told when it is readable.</summary>
    /// <returns>Why it cannot be watched.</returns>
    Errno Watch(ReadyPort port);

    /// <summary>Has it told no more; its descriptor may be closed then.</summary>
    void Unwatch(ReadyPort port);

    /// <summary>Gives the kernel what has gathered, and waits.</summary>
    /// <param name="deadline">When to return at the latest.</param>
    void Wait(MonotonicTime deadline);

    /// <summary>Tells the owners what has happened.</summary>
    void Dispatch();
}
