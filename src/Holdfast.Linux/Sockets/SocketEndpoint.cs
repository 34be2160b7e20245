using System.Globalization;
using System.Runtime.CompilerServices;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>An address and port in the form that the kernel reads, made once and used for every call.</summary>
/// <remarks>The bytes are pinned for as long as the object lives, so the kernel may read them at any time.</remarks>
public sealed unsafe class SocketEndpoint
{
    private readonly byte[] _bytes = GC.AllocateArray<byte>(DatagramAddress.AddressSize, pinned: true);

    /// <summary>Makes the address.</summary>
    /// <param name="address">IPv4 or IPv6.</param>
    /// <param name="port">0 to 65535.</param>
    /// <param name="scope">Interface of a link-local address; 0: none.</param>
    public SocketEndpoint(IpAddress address, int port, int scope = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)port, 65535u, nameof(port));
        Address = address;
        Port = port;
        fixed (byte* target = _bytes)
        {
            Length = DatagramAddress.Write(target, address, scope);
        }
        _bytes[2] = (byte)(port >> 8); // sin_port and sin6_port stand at the same place, in network order
        _bytes[3] = (byte)port;
    }

    /// <summary>The address.</summary>
    public IpAddress Address { get; }

    /// <summary>The port.</summary>
    public int Port { get; }

    internal uint Length { get; }

    internal byte* Pointer => (byte*)Unsafe.AsPointer(ref _bytes[0]);

    internal AF Family => Address.IsV4 ? AF.AF_INET : AF.AF_INET6;

    /// <summary>"10.0.0.1:80" or "[::1]:80".</summary>
    public override string ToString() => Address.IsV6
        ? string.Create(CultureInfo.InvariantCulture, $"[{Address}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Address}:{Port}");
}
