using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Proxy.Engine;

namespace Holdfast.Web.Loops;

/// <summary>An event loop as sessions of the web server use it, whatever it talks to the kernel by.</summary>
/// <remarks>
/// The proxy's sessions are compiled for each transport. Here a request passes through so many kinds of handlers and
/// filters that one virtual call for each operation of a connection is the better bargain.
/// </remarks>
public abstract class WebLoop
{
    private protected WebLoop(LoopState state)
    {
        State = state;
        Clock = new LoopClock(state);
    }

    /// <summary>Buffers, timers, and connections.</summary>
    public LoopState State { get; }

    /// <summary>What time it is.</summary>
    public LoopClock Clock { get; }

    /// <summary>The buffers.</summary>
    public BufferPool Buffers => State.Buffers;

    /// <summary>The present in milliseconds, as of the last time the loop woke up; of the monotonic clock.</summary>
    public long Now => State.Now;

    /// <summary>Takes clients of a listener.</summary>
    public abstract void Listen(Listener listener);

    /// <summary>Takes none for now; they wait in the kernel.</summary>
    public abstract void Pause(Listener listener);

    /// <summary>Takes them again.</summary>
    public abstract void Resume(Listener listener);

    /// <inheritdoc cref="ITransport.Connect(in ConnectTarget, ConnectionOwner, out Connection?)"/>
    public abstract Errno Connect(in ConnectTarget target, ConnectionOwner owner, out Connection? connection);

    /// <inheritdoc cref="ITransport.Receive"/>
    public abstract void Receive(Connection connection);

    /// <inheritdoc cref="ITransport.Send"/>
    public abstract void Send(Connection connection, BufferPart data);

    /// <inheritdoc cref="ITransport.ShutdownSend"/>
    public abstract void ShutdownSend(Connection connection);

    /// <inheritdoc cref="ITransport.Close"/>
    public abstract void Close(Connection connection, bool isReset = false);

    /// <inheritdoc cref="ITransport.Watch"/>
    public abstract Errno Watch(ReadyPort port);

    /// <inheritdoc cref="ITransport.Unwatch"/>
    public abstract void Unwatch(ReadyPort port);

    /// <summary>Has the loop call something soon. May be called on any thread; for the control plane.</summary>
    public abstract void Post(Action action);

    /// <summary>Turns until <see cref="Stop"/>, and closes all connections.</summary>
    internal abstract void Run();

    /// <summary>Ends <see cref="Run"/>. May be called on any thread.</summary>
    internal abstract void Stop();
}

/// <summary>The same for one transport.</summary>
internal sealed class WebLoop<TTransport>(EventLoop<TTransport> loop) : WebLoop(loop.State)
    where TTransport : struct, ITransport
{
    public override void Listen(Listener listener) => loop.Transport.Listen(listener);

    public override void Pause(Listener listener) => loop.Transport.Pause(listener);

    public override void Resume(Listener listener) => loop.Transport.Resume(listener);

    public override Errno Connect(in ConnectTarget target, ConnectionOwner owner, out Connection? connection)
        => loop.Transport.Connect(target, owner, out connection);

    public override void Receive(Connection connection) => loop.Transport.Receive(connection);

    public override void Send(Connection connection, BufferPart data) => loop.Transport.Send(connection, data);

    public override void ShutdownSend(Connection connection) => loop.Transport.ShutdownSend(connection);

    public override void Close(Connection connection, bool isReset) => loop.Transport.Close(connection, isReset);

    public override Errno Watch(ReadyPort port) => loop.Transport.Watch(port);

    public override void Unwatch(ReadyPort port) => loop.Transport.Unwatch(port);

    public override void Post(Action action) => loop.Post(action);

    internal override void Run()
    {
        loop.Run();
        loop.State.CloseAll(ref loop.Transport);
    }

    internal override void Stop() => loop.Stop();
}
