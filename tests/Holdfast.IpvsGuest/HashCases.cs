using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Primitives;

namespace Holdfast.IpvsGuest;

/// <summary>The kernel's schedulers mh, sh and dh and the xdp plane's tables choose the same server for every client.
/// </summary>
internal static class HashCases
{
    private const int ClientCount = 10_000;

    private static readonly uint[][] s_weights =
        [[1, 1, 1, 1, 1], [3, 1, 2, 5], [30, 10, 20], [1_000_000, 1, 70_000], [100, 1, 50, 7, 200, 3]];

    internal static IEnumerable<(string Name, Action<Kernel> Run)> All =>
        from scheduler in (string[])["mh", "sh", "dh"]
        from flags in (ServiceFlags[])[0, ServiceFlags.Scheduler1, ServiceFlags.Scheduler2,
            ServiceFlags.Scheduler1 | ServiceFlags.Scheduler2]
        from set in Enumerable.Range(0, s_weights.Length)
        where flags == 0 || (set is 1 or 4 && scheduler != "dh")
        select ($"{scheduler}_Flags{(uint)flags}Weights{set}_ChoosesAsTheXdpPlane", (Action<Kernel>)(_ =>
            Compare((ushort)(1000 + (10 * (uint)flags) + set), scheduler, flags, s_weights[set])));

    private static void Compare(ushort port, string scheduler, ServiceFlags flags, uint[] weights)
        => KernelClients.InOwnNetwork(kernel => Compare(kernel, port, scheduler, flags, weights));

    private static void Compare(Kernel kernel, ushort port, string scheduler, ServiceFlags flags, uint[] weights)
    {
        VirtualServiceKey key = Kernel.Http with { Port = port };
        Expect.Done(kernel.Client.AddService(Kernel.Service(key, scheduler) with { Flags = flags }), "add the service");
        // Not in the order of their addresses: the kernel has the last added first.
        RealServerSpec[] servers = [.. weights.Select((weight, i) => Kernel.Server((byte)(10 + (i * 37 % 11))) with
        {
            Weight = weight,
        })];
        foreach (RealServerSpec server in servers)
        {
            Expect.Done(kernel.Client.AddServer(key, server), "add a server");
        }
        // With the flag, one server drains, and the others get its clients; without, the kernel would drop them.
        if ((flags & ServiceFlags.Scheduler1) != 0)
        {
            servers[1] = servers[1] with { Weight = 0 };
            Expect.Done(kernel.Client.SetServer(key, servers[1]), "drain a server");
        }
        // All clients of dh are one case, for it goes by the virtual address.
        (IpAddress Address, ushort Port)[] clients = Clients(port, scheduler == "dh" ? 10 : ClientCount);
        KernelClients.Send(clients, port, KernelClients.Syn);

        Dictionary<(IpAddress, ushort), IpAddress> chosen = KernelClients.Connections(port);
        Expect.Equal(clients.Length, chosen.Count, "connections");
        RealServerSpec[] listed = [.. servers.Reverse()];
        ushort[] table = Table(scheduler, listed, [.. weights.Reverse()]);
        foreach ((IpAddress Address, ushort Port) client in clients)
        {
            ushort hashed = (flags & ServiceFlags.Scheduler2) != 0 ? client.Port : (ushort)0;
            ushort place = scheduler == "mh" ? MaglevTable.Choose(table, client.Address, hashed, IsUsable)
                : AddressTable.Choose(table, scheduler == "dh" ? Kernel.Virtual : client.Address, hashed, IsUsable);
            Expect.Equal(listed[place].Key.Address, chosen[client], $"server of {client}");
        }

        bool IsUsable(ushort place) => listed[place].Weight != 0;
    }

    // Maglev goes by the last weight that was not 0, sh by the present one, dh by none.
    private static ushort[] Table(string scheduler, RealServerSpec[] listed, uint[] weights)
    {
        ushort[] table = new ushort[scheduler == "mh" ? MaglevTable.DefaultSize : AddressTable.Size];
        if (scheduler == "mh")
        {
            MaglevTable.Fill([.. listed.Select((s, i) => new MaglevServer(s.Key.Address, s.Key.Port, weights[i]))],
                table);
        }
        else
        {
            AddressTable.Fill([.. listed.Select(s => scheduler == "dh" ? 1 : s.Weight)], table);
        }
        return table;
    }

    private static (IpAddress Address, ushort Port)[] Clients(int seed, int count)
    {
        var random = new Random(seed);
        // Not 0, 127 and the groups, which the kernel takes from nobody.
        return [.. Enumerable.Range(0, count).Select(_ => (
            IpAddress.V4((byte)random.Next(1, 127), (byte)random.Next(256), (byte)random.Next(256),
                (byte)random.Next(1, 255)), (ushort)random.Next(1024, 65536))).Distinct()];
    }
}
