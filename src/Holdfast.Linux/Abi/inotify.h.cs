using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Constants of sys/inotify.h.</summary>
internal static class SysInotify
{
    internal const int IN_NONBLOCK = 0x800;
    internal const int IN_CLOEXEC = 0x80000;
    internal const uint IN_MODIFY = 0x2;
    internal const uint IN_CLOSE_WRITE = 0x8;
    internal const uint IN_MOVED_FROM = 0x40;
    internal const uint IN_MOVED_TO = 0x80;
    internal const uint IN_CREATE = 0x100;
    internal const uint IN_DELETE = 0x200;
    internal const uint IN_DELETE_SELF = 0x400;
    internal const uint IN_MOVE_SELF = 0x800;
    internal const uint IN_Q_OVERFLOW = 0x4000;
    internal const uint IN_IGNORED = 0x8000;
}

/// <summary>struct inotify_event; the name follows it, padded with zeros to len bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct inotify_event
{
    internal int wd;
    internal uint mask;
    internal uint cookie;
    internal uint len;
}
