namespace Holdfast.Linux.Abi;

/// <summary>Constants of sys/mount.h.</summary>
internal static class SysMount
{
    internal const int MS_NOSUID = 2;
    internal const int MS_BIND = 4096;
    internal const int MS_MOVE = 8192;
    internal const int MS_REC = 16384;
    internal const int MS_PRIVATE = 1 << 18;
}
