using System.Buffers.Binary;
using System.Globalization;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.IpvsGuest;

/// <summary>Clients of a virtual service that are frames on the loopback, and what the kernel made of them.</summary>
internal static class KernelClients
{
    internal const byte Syn = 2;
    internal const byte Ack = 16;

    private const int Loopback = 1;
    private const int FrameSize = 14 + 20 + 20;

    /// <summary>Runs a case in a network of its own, so that no other one sees its connections.</summary>
    internal static void InOwnNetwork(Action<Kernel> run)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                NetworkNamespace.UnshareCurrentThread();
                using Kernel kernel = new();
                using RouteNetlink route = RouteNetlink.Open();
                Expect.Done(route.SetLinkUp(Loopback, up: true), "lo up");
                _ = route.AddAddress(new() { Prefix = IpPrefix.Host(Kernel.Virtual), InterfaceIndex = Loopback });
                run(kernel);
            }
            catch (Exception exception) when (exception is CaseException or LinuxException)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
        {
            throw new CaseException(failure.Message);
        }
    }

    /// <summary>Sends segments for each, one after the other, with these flags.</summary>
    internal static void Send(IEnumerable<(IpAddress Address, ushort Port)> clients, ushort port,
        params ReadOnlySpan<byte> segments)
    {
        using var socket = PacketSocket.OpenSender();
        byte[] frame = new byte[FrameSize];
        foreach ((IpAddress address, ushort clientPort) in clients)
        {
            frame.AsSpan().Clear();
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), 0x0800);
            Span<byte> ip = frame.AsSpan(14);
            ip[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(ip[2..], FrameSize - 14);
            ip[8] = 64;
            ip[9] = 6;
            _ = address.CopyTo(ip[12..]);
            _ = Kernel.Virtual.CopyTo(ip[16..]);
            BinaryPrimitives.WriteUInt16BigEndian(ip[10..], InternetChecksum.Finish(InternetChecksum.Add(ip[..20])));
            BinaryPrimitives.WriteUInt16BigEndian(ip[20..], clientPort);
            BinaryPrimitives.WriteUInt16BigEndian(ip[22..], port);
            ip[32] = 0x50;
            foreach (byte flags in segments)
            {
                ip[33] = flags;
                Expect.Equal(Errno.Success, socket.Send(frame, Loopback), "send");
            }
        }
    }

    // pro from port to port dest port state expires, addresses and ports in hexadecimal
    internal static Dictionary<(IpAddress Client, ushort Port), IpAddress> Connections(ushort port)
    {
        Dictionary<(IpAddress, ushort), IpAddress> found = [];
        foreach (string line in File.ReadLines("/proc/thread-self/net/ip_vs_conn").Skip(1))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (Number(words[4]) == port)
            {
                found[(IpAddress.V4(Number(words[1])), (ushort)Number(words[2]))] = IpAddress.V4(Number(words[5]));
            }
        }
        return found;
    }

    private static uint Number(string text) => uint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
