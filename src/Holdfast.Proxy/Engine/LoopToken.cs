namespace Holdfast.Proxy.Engine;

/// <summary>What a token of the kernel is about.</summary>
internal enum TokenKind : byte
{
    /// <summary>epoll: a connection. io_uring: a result that nobody needs.</summary>
    Connection,

    /// <summary>A listener; the slot is its number.</summary>
    Listener,

    /// <summary>Another thread wants something.</summary>
    Wake,

    /// <summary>A receive.</summary>
    Receive,

    /// <summary>A send.</summary>
    Send,

    /// <summary>A connection that is being made.</summary>
    Connect,

    /// <summary>A descriptor of datagrams.</summary>
    Port,
}

/// <summary>64 bits that travel through the kernel: kind, generation and slot.</summary>
internal static class LoopToken
{
    internal const uint GenerationMask = 0xFF_FFFF;

    private const int KindShift = 56;

    internal static ulong Of(TokenKind kind, int slot, uint generation = 0)
        => ((ulong)kind << KindShift) | ((ulong)generation << 32) | (uint)slot;

    internal static ulong Of(TokenKind kind, Connection connection)
        => Of(kind, connection.Slot, connection.Generation);

    internal static TokenKind KindOf(ulong token) => (TokenKind)(token >> KindShift);

    internal static int SlotOf(ulong token) => (int)(uint)token;

    internal static uint GenerationOf(ulong token) => (uint)(token >> 32) & GenerationMask;
}
