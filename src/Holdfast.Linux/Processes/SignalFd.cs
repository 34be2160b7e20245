using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Processes;

/// <summary>A signal that arrived, and who sent it.</summary>
/// <param name="Signal">Which.</param>
/// <param name="SenderPid">Process id of the sender; 0 when the kernel sent it.</param>
/// <param name="SenderUid">User id of the sender.</param>
public readonly record struct ReceivedSignal(Signal Signal, int SenderPid, uint SenderUid);

/// <summary>Signals read as events (signalfd(2)). They must be blocked in every thread of the process.</summary>
/// <remarks>
/// .NET starts its own threads before Main, so blocking must be done by whoever starts the process: by
/// <see cref="ProcessSpawner"/>, or by executing oneself again after <see cref="Block"/>.
/// </remarks>
public sealed unsafe class SignalFd : IDisposable
{
    private readonly FdHandle _handle;

    /// <summary>Opens a descriptor that reads <paramref name="signals"/>.</summary>
    /// <exception cref="LinuxException">No descriptor is left.</exception>
    public SignalFd(SignalSet signals)
    {
        Span<byte> set = stackalloc byte[SysSignal.SigsetSize];
        fixed (byte* raw = Fill(set, signals))
        {
            _handle = new FdHandle(LibC.signalfd(-1, raw, SysSignal.SFD_NONBLOCK | SysSignal.SFD_CLOEXEC));
        }
        LinuxException.ThrowIf(_handle.IsInvalid ? LibC.LastError : Errno.Success, "create a signal descriptor");
    }

    /// <summary>The descriptor; readable while a signal is pending.</summary>
    public int Fd => _handle.Number;

    /// <summary>The signals that the calling thread blocks.</summary>
    public static SignalSet Blocked
    {
        get
        {
            Span<byte> set = stackalloc byte[SysSignal.SigsetSize];
            set.Clear();
            fixed (byte* raw = set)
            {
                _ = LibC.pthread_sigmask(SysSignal.SIG_BLOCK, null, raw); // cannot fail with these arguments
                return new(*(ulong*)raw);
            }
        }
    }

    /// <summary>Makes <paramref name="signals"/> the set that the calling thread blocks.</summary>
    public static void Block(SignalSet signals)
    {
        Span<byte> set = stackalloc byte[SysSignal.SigsetSize];
        fixed (byte* raw = Fill(set, signals))
        {
            _ = LibC.pthread_sigmask(SysSignal.SIG_SETMASK, raw, null); // cannot fail with these arguments
        }
    }

    /// <summary>Takes the next pending signal.</summary>
    /// <returns>False when none is pending.</returns>
    public bool TryRead(out ReceivedSignal signal)
    {
        signalfd_siginfo info = default;
        if (LibC.read(Fd, &info, (nuint)sizeof(signalfd_siginfo)) != sizeof(signalfd_siginfo))
        {
            signal = default;
            return false;
        }
        signal = new((Signal)info.ssi_signo, (int)info.ssi_pid, info.ssi_uid);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    internal static Span<byte> Fill(Span<byte> set, SignalSet signals)
    {
        set.Clear();
        BitConverter.TryWriteBytes(set, signals.Bits);
        return set;
    }
}
