using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp.Layout;

namespace Holdfast.Layer4.Xdp;

/// <summary>Which packets are answers of real servers behind NAT, by the server's address and port. Pure.</summary>
internal static class ReplyTable
{
    private const DirectorServerFlags Stateful = DirectorServerFlags.Stateful;

    /// <summary>
    /// Makes it, and marks the servers whose answers it cannot tell apart: only translations of single connections can.
    /// </summary>
    /// <param name="state">Gets the marks.</param>
    /// <returns>Address, port (0: every port) and protocol of servers, with the slot of one of them.</returns>
    internal static Dictionary<VirtualServiceKey, int> Make(DirectorState state)
    {
        Dictionary<VirtualServiceKey, int> table = [];
        Dictionary<VirtualServiceKey, int> ports = [];
        List<(int Server, VirtualServiceKey Service)> all = [];
        foreach ((VirtualServiceKey service, int slot) in state.Keys)
        {
            foreach (int server in state.Members(slot))
            {
                if (state.Servers[server].Forwarding == ForwardingMethod.Nat)
                {
                    all.Add((server, service));
                    VirtualServiceKey key = KeyOf(state.Servers[server], service);
                    table[key] = Math.Min(server, table.GetValueOrDefault(key, server));
                    Count(ports, key);
                    Count(ports, EveryPort(key), key.Port == 0 ? 0 : 1);
                }
            }
        }
        foreach ((int server, VirtualServiceKey service) in all)
        {
            Mark(state, server, IsAmbiguous(state.Servers[server], service));
        }
        return table;

        bool IsAmbiguous(in ServerRecord server, VirtualServiceKey service)
        {
            VirtualServiceKey key = KeyOf(server, service);
            return (server.Flags & DirectorServerFlags.Masqueraded) != 0
                || (service.Port == 0 && server.Port != 0)
                || ports[key] > 1
                || (table.ContainsKey(EveryPort(key)) && ports[EveryPort(key)] > 1);
        }
    }

    private static VirtualServiceKey KeyOf(in ServerRecord server, VirtualServiceKey service) => VirtualServiceKey.At(
        service.Protocol, server.IpAddress, server.Port != 0 ? server.Port : service.Port);

    private static VirtualServiceKey EveryPort(VirtualServiceKey key)
        => VirtualServiceKey.At(key.Protocol, key.Address, 0);

    private static void Count(Dictionary<VirtualServiceKey, int> counts, VirtualServiceKey key, int count = 1)
        => counts[key] = counts.GetValueOrDefault(key) + count;

    private static void Mark(DirectorState state, int server, bool isStateful)
    {
        DirectorServerFlags flags = state.Servers[server].Flags;
        flags = isStateful ? flags | Stateful : flags & ~Stateful;
        if (state.Servers[server].Flags != flags)
        {
            state.Servers[server].Flags = flags;
            state.ChangedServers.Add(server);
        }
    }
}
