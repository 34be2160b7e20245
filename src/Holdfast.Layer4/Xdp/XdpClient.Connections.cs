using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp.Layout;
using Holdfast.Linux;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp;

/// <summary>Connections and templates that are remembered.</summary>
public sealed partial class XdpClient
{
    private delegate void ConnectionVisitor(in ConnectionKey6 key, bool isV6, in ConnectionRecord connection);

    private delegate void TemplateVisitor(in TemplateKeyRecord key, in TemplateRecord template, bool isAssured);

    /// <summary>All connections that are remembered, and the templates of persistent services. What changes meanwhile
    /// may be missing.</summary>
    public NetlinkResult GetConnections(out ImmutableArray<ObservedConnection> connections)
    {
        DirectorState state = Load();
        ulong now = (ulong)MonotonicClock.Now.Nanoseconds;
        List<ObservedConnection> found = [];
        ReadTemplates(state, now, (in TemplateKeyRecord key, in TemplateRecord template, bool isAssured) =>
        {
            VirtualServiceKey service = state.Services[key.Service].Key.ToKey();
            found.Add(new(service.Protocol, key.Client.ToAddress(service.Family == IpFamily.V6), 0, service.Address,
                service.Port, state.Servers[template.Server].Key, isAssured ? "ASSURED" : "NONE",
                Left(template.Expires, now)));
        });
        ReadConnections(state, now, (in ConnectionKey6 key, bool isV6, in ConnectionRecord connection) =>
        {
            ServiceProtocol protocol = (ServiceProtocol)key.Protocol;
            RealServerKey server = state.Servers[connection.Server].Key;
            // A server of a service for every port gets the port that the client has asked for.
            server = server.Port == 0 ? server with { Port = Order(key.Port) } : server;
            found.Add(new(protocol, key.Client.ToAddress(isV6), Order(key.ClientPort), key.Address.ToAddress(isV6),
                Order(key.Port), server, ConnectionTimeoutTable.NameOf(protocol, connection.State),
                Left(connection.Expires, now)));
        });
        connections = [.. found];
        return default;

        static ushort Order(ushort port) => BinaryPrimitives.ReverseEndianness(port);

        static TimeSpan Left(ulong expires, ulong now)
            => TimeSpan.FromTicks((long)((expires - now) / TimeSpan.NanosecondsPerTick));
    }

    private (uint Active, uint Inactive, uint Templates)[] CountConnections(DirectorState state)
    {
        var counts = new (uint Active, uint Inactive, uint Templates)[state.Servers.Length];
        ulong now = (ulong)MonotonicClock.Now.Nanoseconds;
        ReadTemplates(state, now, (in TemplateKeyRecord _, in TemplateRecord template, bool _) =>
            counts[template.Server].Templates++);
        ReadConnections(state, now, (in ConnectionKey6 key, bool isV6, in ConnectionRecord connection) =>
        {
            bool isActive = connection.IsActive(key.Protocol);
            counts[connection.Server].Active += isActive ? 1u : 0;
            counts[connection.Server].Inactive += isActive ? 0 : 1u;
        });
        return counts;
    }

    private void ReadConnections(DirectorState state, ulong now, ConnectionVisitor visit)
    {
        foreach (string map in (ReadOnlySpan<string>)["connections4", "young4", "connections6", "young6"])
        {
            ReadConnections(map, state, now, visit);
        }
    }

    private void ReadConnections(string map, DirectorState state, ulong now, ConnectionVisitor visit)
    {
        bool isV6 = map[^1] == '6';
        LinuxException.ThrowIf(_maps[map].ReadAll((raw, value) =>
        {
            ConnectionRecord connection = MemoryMarshal.Read<ConnectionRecord>(value);
            if (connection.Expires > now && connection.IsOf(state.Servers))
            {
                ConnectionKey6 key = isV6 ? MemoryMarshal.Read<ConnectionKey6>(raw)
                    : MemoryMarshal.Read<ConnectionKey4>(raw).Widen();
                visit(key, isV6, connection);
            }
        }), "xdp plane: read the connections");
    }

    private void ReadTemplates(DirectorState state, ulong now, TemplateVisitor visit)
    {
        foreach (string map in (ReadOnlySpan<string>)["templates", "young_templates"])
        {
            LinuxException.ThrowIf(_maps[map].ReadAll((raw, value) =>
            {
                TemplateKeyRecord key = MemoryMarshal.Read<TemplateKeyRecord>(raw);
                TemplateRecord template = MemoryMarshal.Read<TemplateRecord>(value);
                if (template.Expires > now && template.IsOf(key, state))
                {
                    visit(key, template, map == "templates");
                }
            }), "xdp plane: read the templates");
        }
    }
}
