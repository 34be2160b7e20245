namespace Holdfast.Linux.Abi;

/// <summary>Constants of linux/close_range.h.</summary>
internal static class SysUnistd
{
    internal const int CLOSE_RANGE_CLOEXEC = 4;
}
