using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Processes;

/// <summary>How a child ended.</summary>
/// <param name="Code">Exit code; meaningless when a signal ended it.</param>
/// <param name="Signal">The signal that ended it, or <see cref="Abi.Signal.None"/>.</param>
public readonly record struct ExitStatus(int Code, Signal Signal)
{
    /// <summary>Whether it ended by itself with code 0.</summary>
    public bool IsSuccess => Code == 0 && Signal == Signal.None;

    /// <summary>In words, for logs.</summary>
    public override string ToString() => Signal == Signal.None ? $"exited with status {Code}" : $"killed by {Signal}";
}

/// <summary>A process that cannot be mistaken for another one (pidfd_open(2)).</summary>
public sealed unsafe class PidFd : IDisposable
{
    private readonly FdHandle _handle;

    private PidFd(FdHandle handle, int pid)
    {
        _handle = handle;
        Pid = pid;
    }

    /// <summary>The descriptor; readable once the process has ended.</summary>
    public int Fd => _handle.Number;

    /// <summary>The process id. Another process may have it after <see cref="TryWait"/> succeeded.</summary>
    public int Pid { get; }

    /// <summary>Opens the process <paramref name="pid"/>.</summary>
    public static Errno TryOpen(int pid, out PidFd? process)
    {
        var handle = new FdHandle(LibC.pidfd_open(pid, 0));
        Errno errno = handle.IsInvalid ? LibC.LastError : Errno.Success;
        process = errno == Errno.Success ? new PidFd(handle, pid) : null;
        return errno;
    }

    /// <summary>Collects the end of a child, without waiting for it.</summary>
    /// <returns>EAGAIN while it runs; ECHILD when it is not our child or was collected before.</returns>
    public Errno TryWait(out ExitStatus status)
    {
        siginfo_t info = default;
        status = default;
        if (LibC.waitid(SysWait.P_PIDFD, (uint)Fd, &info, SysWait.WEXITED | SysWait.WNOHANG) != 0)
        {
            return LibC.LastError;
        }
        if (info.si_pid == 0)
        {
            return Errno.EAGAIN;
        }
        status = info.si_code == SysSignal.CLD_EXITED
            ? new(info.si_status, Signal.None) : new(0, (Signal)info.si_status);
        return Errno.Success;
    }

    /// <summary>Sends a signal to this very process.</summary>
    /// <returns>ESRCH when it has been collected already.</returns>
    public Errno Send(Signal signal)
        => LibC.pidfd_send_signal(Fd, (int)signal, null, 0) == 0 ? Errno.Success : LibC.LastError;

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
