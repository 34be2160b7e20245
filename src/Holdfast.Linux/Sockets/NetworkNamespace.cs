using System.Text;
using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Sockets;

/// <summary>What tells a network namespace from others.</summary>
/// <param name="Inode">Its number in /proc: unique among those that live; a new one may get that of a dead one.</param>
/// <param name="Cookie">Unique until the next boot (SO_NETNS_COOKIE, Linux 5.14); 0: an older kernel.</param>
public readonly record struct NetworkNamespaceId(ulong Inode, ulong Cookie);

/// <summary>A network namespace held open by a descriptor. A thread belongs to one; so does what it opens.</summary>
public sealed unsafe class NetworkNamespace : IDisposable
{
    private readonly SocketHandle _handle;

    private NetworkNamespace(SocketHandle handle) => _handle = handle;

    /// <summary>The descriptor, for <c>IFLA_NET_NS_FD</c>.</summary>
    public int Descriptor => _handle.Descriptor;

    /// <summary>Opens the namespace of the calling thread.</summary>
    public static NetworkNamespace OpenCurrent() => Open("/proc/thread-self/ns/net");

    /// <summary>Opens a namespace by file: <c>/run/netns/NAME</c> or <c>/proc/PID/ns/net</c>.</summary>
    /// <exception cref="LinuxException">There is no such file, or no permission.</exception>
    public static NetworkNamespace Open(string path)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + "\0"))
        {
            int fd = LibC.open(name, (int)(O.O_RDONLY | O.O_CLOEXEC), 0);
            LinuxException.ThrowIf(fd < 0 ? LibC.LastError : Errno.Success, $"open network namespace {path}",
                "create it with ip-netns(8) first");
            return new(new SocketHandle(fd));
        }
    }

    /// <summary>Which namespace the calling thread is in.</summary>
    public static NetworkNamespaceId CurrentId()
    {
        string link = new FileInfo("/proc/thread-self/ns/net").LinkTarget ?? "";
        _ = ulong.TryParse(string.Concat(link.Where(char.IsAsciiDigit)), out ulong inode);
        ulong cookie = 0;
        uint size = sizeof(ulong);
        _ = SocketHandle.TryOpen(AF.AF_INET, SOCK.SOCK_DGRAM, 0, out SocketHandle socket);
        using (socket)
        {
            bool isKnown = !socket.IsInvalid && LibC.getsockopt(
                socket.Descriptor, (int)SOL.SOL_SOCKET, (int)SO.SO_NETNS_COOKIE, &cookie, &size) == 0;
            return new(inode, isKnown ? cookie : 0);
        }
    }

    /// <summary>Moves the calling thread into a new, empty namespace. Needs CAP_SYS_ADMIN.</summary>
    /// <exception cref="LinuxException">No permission, or too many namespaces.</exception>
    public static void UnshareCurrentThread()
    {
        int result = LibC.unshare((int)CLONE.CLONE_NEWNET);
        LinuxException.ThrowIf(result < 0 ? LibC.LastError : Errno.Success,
            "unshare the network namespace", "needs CAP_SYS_ADMIN");
    }

    /// <summary>Moves the calling thread into this namespace. Needs CAP_SYS_ADMIN.</summary>
    /// <exception cref="LinuxException">No permission.</exception>
    public void Enter()
    {
        int result = LibC.setns(Descriptor, (int)CLONE.CLONE_NEWNET);
        LinuxException.ThrowIf(result < 0 ? LibC.LastError : Errno.Success,
            "enter the network namespace", "needs CAP_SYS_ADMIN");
    }

    /// <summary>Closes the descriptor. The namespace lives on while anything is in it.</summary>
    public void Dispose() => _handle.Dispose();
}
