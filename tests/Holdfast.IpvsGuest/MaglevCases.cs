using System.Buffers.Binary;
using System.Globalization;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.IpvsGuest;

/// <summary>The kernel's scheduler mh and the xdp plane's table choose the same server for every client.</summary>
internal static class MaglevCases
{
    private const int Loopback = 1;
    private const int ClientCount = 1000;
    private const int FrameSize = 14 + 20 + 20;

    internal static IEnumerable<(string Name, Action<Kernel> Run)> All =>
    [
        ("Maglev_EqualWeights_ChoosesAsTheXdpPlane", static _ => Compare(1001, false, 1, 1, 1, 1, 1)),
        ("Maglev_Weights_ChoosesAsTheXdpPlane", static _ => Compare(1002, false, 3, 1, 2, 5)),
        ("Maglev_WeightsWithDivisor_ChoosesAsTheXdpPlane", static _ => Compare(1003, false, 30, 10, 20)),
        ("Maglev_HugeWeight_ChoosesAsTheXdpPlane", static _ => Compare(1004, false, 1_000_000, 1, 70_000)),
        ("Maglev_Port_ChoosesAsTheXdpPlane", static _ => Compare(1005, true, 2, 1, 1)),
    ];

    // In a network of its own, so that no other case sees the connections.
    private static void Compare(ushort port, bool hashesPort, params uint[] weights)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                NetworkNamespace.UnshareCurrentThread();
                using Kernel kernel = new();
                Compare(kernel, port, hashesPort, weights);
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

    private static void Compare(Kernel kernel, ushort port, bool hashesPort, uint[] weights)
    {
        using RouteNetlink route = RouteNetlink.Open();
        Expect.Done(route.SetLinkUp(Loopback, up: true), "lo up");
        _ = route.AddAddress(new() { Prefix = IpPrefix.Host(Kernel.Virtual), InterfaceIndex = Loopback });
        VirtualServiceKey key = Kernel.Http with { Port = port };
        Expect.Done(kernel.Client.AddService(Kernel.Service(key, "mh") with
        {
            Flags = hashesPort ? ServiceFlags.Scheduler2 : ServiceFlags.None,
        }), "add the service");
        // Not in the order of their addresses: the kernel has the last added first.
        RealServerSpec[] servers = [.. weights.Select((weight, i) => Kernel.Server((byte)(10 + (i * 37 % 11))) with
        {
            Weight = weight,
        })];
        foreach (RealServerSpec server in servers)
        {
            Expect.Done(kernel.Client.AddServer(key, server), "add a server");
        }
        MaglevServer[] listed = [.. servers.Reverse().Select(
            static s => new MaglevServer(s.Key.Address, s.Key.Port, s.Weight))];
        ushort[] table = new ushort[MaglevTable.DefaultSize];
        MaglevTable.Fill(listed, table);

        (IpAddress Address, ushort Port)[] clients = Clients(port);
        Send(clients, port);

        Dictionary<(IpAddress, ushort), IpAddress> chosen = Connections(port);
        Expect.Equal(clients.Length, chosen.Count, "connections");
        foreach ((IpAddress Address, ushort Port) client in clients)
        {
            uint hash = MaglevTable.ClientHash(client.Address, hashesPort ? client.Port : (ushort)0);
            Expect.Equal(listed[table[hash % table.Length]].Address, chosen[client], $"server of {client}");
        }
    }

    private static (IpAddress Address, ushort Port)[] Clients(int seed)
    {
        var random = new Random(seed);
        // Not 0, 127 and the groups, which the kernel takes from nobody.
        return [.. Enumerable.Range(0, ClientCount).Select(_ => (
            IpAddress.V4((byte)random.Next(1, 127), (byte)random.Next(256), (byte)random.Next(256),
                (byte)random.Next(1, 255)), (ushort)random.Next(1024, 65536))).Distinct()];
    }

    private static void Send((IpAddress Address, ushort Port)[] clients, ushort port)
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
            ip[33] = 2; // SYN
            Expect.Equal(Errno.Success, socket.Send(frame, Loopback), "send");
        }
    }

    // pro from port to port dest port state expires, addresses and ports in hexadecimal
    private static Dictionary<(IpAddress Client, ushort Port), IpAddress> Connections(ushort port)
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
