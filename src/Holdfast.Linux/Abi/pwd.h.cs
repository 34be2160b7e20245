using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>struct passwd (pwd.h); pointers lead into the caller's buffer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct passwd
{
    internal nint pw_name;
    internal nint pw_passwd;
    internal uint pw_uid;
    internal uint pw_gid;
    internal nint pw_gecos;
    internal nint pw_dir;
    internal nint pw_shell;
}

/// <summary>struct group (grp.h); pointers lead into the caller's buffer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct group
{
    internal nint gr_name;
    internal nint gr_passwd;
    internal uint gr_gid;
    internal nint gr_mem;
}
