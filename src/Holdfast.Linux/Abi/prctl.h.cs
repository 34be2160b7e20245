namespace Holdfast.Linux.Abi;

/// <summary>Constants of linux/prctl.h.</summary>
internal static class SysPrctl
{
    internal const int PR_SET_PDEATHSIG = 1;
    internal const int PR_SET_DUMPABLE = 4;
    internal const int PR_SET_NAME = 15;
    internal const int PR_SET_CHILD_SUBREAPER = 36;
    internal const int PR_SET_NO_NEW_PRIVS = 38;
}
