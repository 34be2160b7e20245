using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>Where a stream is listened for or connected to, in the form that the kernel reads, made once and used for
/// every call: an IP address and port, or a Unix socket.</summary>
/// <remarks>The bytes are pinned for as long as the object lives, so the kernel may read them at any time.</remarks>
public sealed unsafe class SocketEndpoint
{
    private readonly byte[] _bytes;

    /// <summary>Makes the address.</summary>
    /// <param name="address">IPv4 or IPv6.</param>
    /// <param name="port">0 to 65535.</param>
    /// <param name="scope">Interface of a link-local address; 0: none.</param>
    public SocketEndpoint(IpAddress address, int port, int scope = 0)
    {
        _bytes = GC.AllocateArray<byte>(DatagramAddress.AddressSize, pinned: true);
        Change(address, port, scope);
    }

    private SocketEndpoint(string name, bool isAbstract)
    {
        _bytes = GC.AllocateArray<byte>(SysUn.AddressSize, pinned: true);
        _bytes[0] = SysUn.AF_UNIX;
        int start = isAbstract ? 3 : 2; // an abstract name stands behind a zero
        int size = Encoding.UTF8.GetBytes(name, _bytes.AsSpan(start));
        // As HAProxy's, an abstract name is as long as a name can be, filled up with zeros.
        Length = isAbstract ? SysUn.AddressSize : (uint)(start + size + 1);
        Path = isAbstract ? null : name;
        Name = isAbstract ? name : null;
    }

    private SocketEndpoint(int givenFd)
    {
        _bytes = [];
        GivenFd = givenFd;
    }

    /// <summary>The address; none of a Unix socket.</summary>
    public IpAddress Address { get; private set; }

    /// <summary>The port; 0 of a Unix socket.</summary>
    public int Port { get; private set; }

    /// <summary>Path of a Unix socket; null: it has none.</summary>
    public string? Path { get; }

    /// <summary>Abstract name of a Unix socket; null: it has none.</summary>
    public string? Name { get; }

    /// <summary>A socket that this process was started with, to listen on: its descriptor; −1: none.</summary>
    public int GivenFd { get; } = -1;

    /// <summary>Whether it is a Unix socket.</summary>
    public bool IsUnix => Path is not null || Name is not null;

    internal uint Length { get; private set; }

    internal byte* Pointer => (byte*)Unsafe.AsPointer(ref _bytes[0]);

    internal AF Family => Address.IsV4 ? AF.AF_INET : Address.IsV6 ? AF.AF_INET6 : AF.AF_UNIX;

    /// <summary>A Unix socket at a path.</summary>
    /// <returns>False when the path is longer than 107 bytes.</returns>
    public static bool TryUnix(string path, out SocketEndpoint? endpoint) => TryMake(path, false, out endpoint);

    /// <summary>A Unix socket with an abstract name.</summary>
    /// <returns>False when the name is longer than 107 bytes.</returns>
    public static bool TryAbstract(string name, out SocketEndpoint? endpoint) => TryMake(name, true, out endpoint);

    /// <summary>A socket that this process was started with.</summary>
    /// <param name="fd">Its descriptor.</param>
    public static SocketEndpoint Given(int fd) => new(fd);

    /// <summary>
    /// Makes another IP address of it. Only whoever owns it alone may do that, and only while the kernel reads nothing.
    /// </summary>
    /// <inheritdoc cref="SocketEndpoint(IpAddress, int, int)"/>
    public void Change(IpAddress address, int port, int scope = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)port, 65535u, nameof(port));
        Invariant.Check(!address.IsNone);
        Address = address;
        Port = port;
        fixed (byte* target = _bytes)
        {
            Length = DatagramAddress.Write(target, address, scope);
        }
        _bytes[2] = (byte)(port >> 8); // sin_port and sin6_port stand at the same place, in network order
        _bytes[3] = (byte)port;
    }

    /// <summary>"10.0.0.1:80", "[::1]:80", "/run/a.sock", "abns@name" or "fd@3".</summary>
    public override string ToString() => Path is not null ? Path
        : GivenFd >= 0 ? string.Create(CultureInfo.InvariantCulture, $"fd@{GivenFd}")
        : Name is not null ? $"abns@{Name}"
        : Address.IsV6 ? string.Create(CultureInfo.InvariantCulture, $"[{Address}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Address}:{Port}");

    private static bool TryMake(string name, bool isAbstract, out SocketEndpoint? endpoint)
    {
        bool fits = Encoding.UTF8.GetByteCount(name) <= SysUn.PathSizeMax;
        endpoint = fits ? new SocketEndpoint(name, isAbstract) : null;
        return fits;
    }
}
