using Holdfast.Linux.Abi;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Linux;

/// <summary>Owns one file descriptor and closes it exactly once.</summary>
/// <remarks>For the control plane; hot paths keep the number and the owner keeps the handle alive.</remarks>
public sealed class FdHandle : SafeHandleMinusOneIsInvalid
{
    /// <summary>Takes ownership of <paramref name="descriptor"/>; −1 makes an invalid handle.</summary>
    public FdHandle(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>No descriptor.</summary>
    public static FdHandle None => new(-1);

    /// <summary>The descriptor's number; −1 when there is none. Valid until the handle is disposed.</summary>
    public int Number => (int)handle;

    /// <summary>Gives the descriptor away: this handle will not close it any more.</summary>
    /// <returns>The descriptor's number.</returns>
    public int Release()
    {
        int number = Number;
        SetHandleAsInvalid();
        return number;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LibC.close((int)handle) == 0;
}
