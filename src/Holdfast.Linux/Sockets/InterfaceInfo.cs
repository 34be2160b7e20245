using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>Names, indexes and settings of interfaces, in the network namespace of the calling thread.</summary>
public static unsafe class InterfaceInfo
{
    /// <summary>The index of an interface; 0 when there is none of that name.</summary>
    public static int IndexOf(string name)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(name + "\0"))
        {
            return (int)LibC.if_nametoindex(bytes);
        }
    }

    /// <summary>The name of an interface; null when there is none of that index.</summary>
    public static string? NameOf(int index)
    {
        byte* name = stackalloc byte[(int)IfSize.IFNAMSIZ];
        return LibC.if_indextoname((uint)index, name) == null ? null
            : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
    }

    /// <summary>Reads a number from <c>/proc/sys/net/FAMILY/conf/INTERFACE/SETTING</c>.</summary>
    /// <param name="family">Family.</param>
    /// <param name="interfaceName">An interface, or "all" or "default".</param>
    /// <param name="setting">For example arp_ignore, promote_secondaries, forwarding, accept_dad.</param>
    /// <param name="value">What it is; 0 on failure.</param>
    /// <returns>ENOENT: no such interface or setting.</returns>
    public static Errno TryReadSetting(IpFamily family, string interfaceName, string setting, out int value)
        => TryReadSysctl(SettingPath(family, interfaceName, setting), out value);

    /// <summary>Writes a number to <c>/proc/sys/net/FAMILY/conf/INTERFACE/SETTING</c>.</summary>
    /// <returns>ENOENT: no such interface or setting. EACCES or EROFS: not allowed. EINVAL: out of range.</returns>
    public static Errno TryWriteSetting(IpFamily family, string interfaceName, string setting, int value)
        => TryWriteSysctl(SettingPath(family, interfaceName, setting), value);

    /// <summary>Reads a number from a file under /proc/sys/net.</summary>
    /// <param name="path">Below /proc/sys/net, for example "ipv4/ip_forward".</param>
    /// <param name="value">What it is; 0 on failure.</param>
    /// <returns>EINVAL: it does not hold a number.</returns>
    public static Errno TryReadSysctl(string path, out int value)
    {
        value = 0;
        Errno errno = TryOpen(path, O.O_RDONLY, out SocketHandle handle);
        using (handle)
        {
            if (errno != Errno.Success)
            {
                return errno;
            }
            byte* text = stackalloc byte[32];
            nint length = LibC.read(handle.Descriptor, text, 32);
            return length < 0 ? LibC.LastError
                : Utf8Parser.TryParse(new ReadOnlySpan<byte>(text, (int)length), out value, out _)
                    ? Errno.Success : Errno.EINVAL;
        }
    }

    /// <summary>Writes a number to a file under /proc/sys/net.</summary>
    /// <inheritdoc cref="TryReadSysctl"/>
    public static Errno TryWriteSysctl(string path, int value)
    {
        Errno errno = TryOpen(path, O.O_WRONLY, out SocketHandle handle);
        using (handle)
        {
            if (errno != Errno.Success)
            {
                return errno;
            }
            byte[] text = Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));
            fixed (byte* bytes = text)
            {
                return LibC.write(handle.Descriptor, bytes, (nuint)text.Length) < 0 ? LibC.LastError : Errno.Success;
            }
        }
    }

    private static string SettingPath(IpFamily family, string interfaceName, string setting)
        => $"{(family == IpFamily.V6 ? "ipv6" : "ipv4")}/conf/{interfaceName}/{setting}";

    private static Errno TryOpen(string path, O flags, out SocketHandle handle)
    {
        // A configuration's interface name must not become a way out of the directory.
        if (path.Contains("..", StringComparison.Ordinal))
        {
            handle = new SocketHandle(-1);
            return Errno.EINVAL;
        }
        fixed (byte* name = Encoding.UTF8.GetBytes("/proc/sys/net/" + path + "\0"))
        {
            int fd = LibC.open(name, (int)(flags | O.O_CLOEXEC), 0);
            Errno errno = fd < 0 ? LibC.LastError : Errno.Success;
            handle = new SocketHandle(fd);
            return errno;
        }
    }
}
