namespace Holdfast.Proxy.Engine;

/// <summary>A descriptor of datagrams on an event loop, which is told when there is something to read.</summary>
/// <remarks>
/// By edges: who is told reads until there is nothing, or says that there is more. Whoever watches it stops that before
/// it closes the descriptor.
/// </remarks>
public abstract class ReadyPort
{
    /// <summary>The socket; −1: none.</summary>
    public int Fd { get; set; } = -1;

    internal int Slot { get; set; } = -1;

    internal uint Generation { get; set; }

    internal bool IsWaiting { get; set; }

    /// <summary>There is something to read, or an error to take.</summary>
    /// <returns>Whether there may be more, which is read in the next turn: others come first.</returns>
    public abstract bool OnReadable();
}

/// <summary>The ports of one loop by their tokens, and those that have more to read.</summary>
internal sealed class PortTable
{
    private readonly List<ReadyPort?> _ports = [];
    private readonly List<uint> _generations = [];
    private readonly Stack<int> _free = new();
    private readonly Queue<ReadyPort> _waiting = new();

    /// <summary>Whether one has more to read.</summary>
    internal bool HasWaiting => _waiting.Count > 0;

    /// <summary>Gives a port its place.</summary>
    /// <returns>Its token.</returns>
    internal ulong Add(ReadyPort port)
    {
        if (!_free.TryPop(out int slot))
        {
            slot = _ports.Count;
            _ports.Add(null);
            _generations.Add(0);
        }
        _ports[slot] = port;
        port.Slot = slot;
        port.Generation = _generations[slot] = (_generations[slot] + 1) & LoopToken.GenerationMask;
        return TokenOf(port);
    }

    internal static ulong TokenOf(ReadyPort port) => LoopToken.Of(TokenKind.Port, port.Slot, port.Generation);

    /// <summary>Takes its place away.</summary>
    internal void Remove(ReadyPort port)
    {
        _ports[port.Slot] = null;
        _free.Push(port.Slot);
        port.Slot = -1;
    }

    /// <summary>The port that a token means; null: it is not watched any more.</summary>
    internal ReadyPort? Find(ulong token)
    {
        int slot = LoopToken.SlotOf(token);
        return slot < _ports.Count && _ports[slot] is { } port && port.Generation == LoopToken.GenerationOf(token)
            ? port : null;
    }

    /// <summary>The kernel has reported one.</summary>
    internal void OnReady(ulong token)
    {
        if (Find(token) is { } port)
        {
            Read(port);
        }
    }

    /// <summary>Those that had more to read go on.</summary>
    internal void GoOn()
    {
        for (int count = _waiting.Count; count > 0; count--)
        {
            ReadyPort port = _waiting.Dequeue();
            port.IsWaiting = false;
            if (port.Slot >= 0)
            {
                Read(port);
            }
        }
    }

    private void Read(ReadyPort port)
    {
        if (port.OnReadable() && port.Slot >= 0 && !port.IsWaiting)
        {
            port.IsWaiting = true;
            _waiting.Enqueue(port);
        }
    }
}
