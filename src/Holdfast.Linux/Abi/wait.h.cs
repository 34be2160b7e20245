namespace Holdfast.Linux.Abi;

/// <summary>Constants of sys/wait.h.</summary>
internal static class SysWait
{
    internal const int P_ALL = 0;
    internal const int P_PID = 1;
    internal const int P_PIDFD = 3;
    internal const int WNOHANG = 1;
    internal const int WEXITED = 4;
    internal const int WNOWAIT = 0x01000000;
}
