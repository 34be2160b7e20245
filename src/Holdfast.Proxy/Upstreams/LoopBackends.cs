using Holdfast.Balancing.Algorithms;
using Holdfast.Linux;
using Holdfast.Proxy.Compression;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Upstreams;

/// <summary>All backends as one loop sees them, shared by its frontends.</summary>
internal sealed class LoopBackends<TTransport>
    where TTransport : struct, ITransport
{
    private readonly LoopBackend<TTransport>[] _all;

    internal LoopBackends(EventLoop<TTransport> loop, ProxyState state)
    {
        State = state;
        Compressors = state.Compression.Of(loop.State.Index);
        Sticking = new StickPersistence(state);
        WaitingRoom.LoopRoom room = state.Room.Of(loop.State.Index);
        Action answer = room.Answer;
        room.Open(() => loop.Post(answer));
        Random = new RandomSource((ulong)MonotonicClock.Now.Nanoseconds ^ ((ulong)loop.State.Index << 56));
        _all = [.. state.Backends.Select(one => new LoopBackend<TTransport>(loop, one, room, Random))];
    }

    /// <summary>What all loops share.</summary>
    internal ProxyState State { get; }

    /// <summary>Streams that compress, of this loop.</summary>
    internal CompressorPool Compressors { get; }

    /// <summary>Stick rules of all backends.</summary>
    internal StickPersistence Sticking { get; }

    /// <summary>Random numbers of this loop.</summary>
    internal RandomSource Random { get; }

    /// <summary>A backend by its place.</summary>
    internal LoopBackend<TTransport> this[int index] => _all[index];

    /// <summary>The backend of a name; null: there is none.</summary>
    internal LoopBackend<TTransport>? Find(string name)
        => State.FindBackend(name) is { } found ? _all[found.Index] : null;

    /// <summary>The same by bytes; allocates nothing.</summary>
    internal LoopBackend<TTransport>? Find(ReadOnlySpan<byte> name)
        => State.FindBackend(name) is { } found ? _all[found.Index] : null;
}
