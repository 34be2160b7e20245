using Holdfast.Layer4.Model;

namespace Holdfast.Layer4.Xdp.Sync;

/// <summary>Where the servers stand that another director names by their addresses. Immutable; pure.</summary>
internal sealed class SyncTargets
{
    private readonly Dictionary<(VirtualServiceKey Service, RealServerKey Server), int> _servers = [];
    private readonly DirectorState _state;

    internal SyncTargets(DirectorState state)
    {
        _state = state;
        foreach ((VirtualServiceKey key, int slot) in state.Keys)
        {
            foreach (int server in state.Members(slot))
            {
                _servers[(key, state.Servers[server].Key)] = server;
            }
        }
    }

    /// <summary>Finds the server of a connection.</summary>
    /// <param name="record">The connection.</param>
    /// <param name="server">Its slot.</param>
    /// <param name="generation">Of the slot.</param>
    /// <param name="isActive">Whether this node schedules for the service.</param>
    /// <returns>False: there is no such service or server here.</returns>
    internal bool TryFind(in SyncRecord record, out int server, out uint generation, out bool isActive)
    {
        var key = VirtualServiceKey.At(record.Protocol, record.Address, record.Port);
        if (!_servers.TryGetValue((key, record.Server), out server)
            && !_servers.TryGetValue((key with { Port = 0 }, record.Server), out server))
        {
            (generation, isActive) = (0, false);
            return false;
        }
        generation = _state.Servers[server].Generation;
        isActive = (_state.Services[_state.Servers[server].Service].Flags & Layout.DirectorServiceFlags.Active) != 0;
        return true;
    }
}
