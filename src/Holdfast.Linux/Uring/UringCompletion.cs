using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Uring;

/// <summary>What became of an operation, or one more result of one that goes on.</summary>
/// <param name="Token">What the operation was begun with.</param>
/// <param name="Result">What the system call would have returned; −errno after a failure.</param>
/// <param name="Flags">IORING_CQE_F_*.</param>
public readonly record struct UringCompletion(ulong Token, int Result, uint Flags)
{
    /// <summary>Whether the operation goes on and will complete again.</summary>
    public bool HasMore => (Flags & (uint)Abi.Uring.IORING_CQE_F_MORE) != 0;

    /// <summary>Number of the provided buffer that was filled, which is the caller's now; −1: none.</summary>
    public int Buffer => (Flags & (uint)Abi.Uring.IORING_CQE_F_BUFFER) != 0
        ? (int)(Flags >> (int)Abi.Uring.IORING_CQE_BUFFER_SHIFT) : -1;

    /// <summary>Whether the socket had more to read right after this receive.</summary>
    public bool HasMoreToRead => (Flags & (uint)Abi.Uring.IORING_CQE_F_SOCK_NONEMPTY) != 0;

    /// <summary>Why it failed; Success when it did not.</summary>
    public Errno Errno => Result < 0 ? (Errno)(-Result) : Errno.Success;
}
