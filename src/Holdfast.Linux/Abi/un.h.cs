using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Constants of sys/un.h and the part of sys/socket.h that unix sockets need.</summary>
internal static class SysUn
{
    internal const int AF_UNIX = 1;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_DGRAM = 2;
    internal const int SOCK_SEQPACKET = 5;
    internal const int SOCK_NONBLOCK = 0x800;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int SOL_SOCKET = 1;
    internal const int SO_SNDBUF = 7;
    internal const int SO_SNDBUFFORCE = 32;
    internal const int SO_PEERCRED = 17;
    internal const int SCM_RIGHTS = 1;
    internal const int MSG_CTRUNC = 0x8;
    internal const int MSG_TRUNC = 0x20;
    internal const int MSG_DONTWAIT = 0x40;
    internal const int MSG_NOSIGNAL = 0x4000;
    internal const int MSG_CMSG_CLOEXEC = 0x40000000;

    /// <summary>Size of sockaddr_un in bytes: two for the family, 108 for the path.</summary>
    internal const int AddressSize = 110;

    /// <summary>The longest path in bytes, without its closing zero.</summary>
    internal const int PathSizeMax = 107;
}

/// <summary>struct ucred (sys/socket.h with _GNU_SOURCE).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ucred
{
    internal int pid;
    internal uint uid;
    internal uint gid;
}

/// <summary>struct cmsghdr (64-bit) with room for one descriptor behind it: CMSG_SPACE(sizeof(int)) bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 24)]
internal struct cmsg_one_descriptor
{
    internal nuint cmsg_len;
    internal int cmsg_level;
    internal int cmsg_type;
    internal int descriptor;
}
