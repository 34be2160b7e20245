using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp.Layout;

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
    /// <param name="target">Where it stands.</param>
    /// <returns>False: there is no such service or server here.</returns>
    internal bool TryFind(in SyncRecord record, out SyncTarget target)
    {
        target = default;
        var key = VirtualServiceKey.At(record.Protocol, record.Address, record.Port);
        if (!_servers.TryGetValue((key, record.Server), out int server)
            && !_servers.TryGetValue((key with { Port = 0 }, record.Server), out server))
        {
            return false;
        }
        uint slot = _state.Servers[server].Service;
        target = new((uint)server, _state.Servers[server].Generation, slot, _state.Services[slot].Generation,
            (_state.Services[slot].Flags & DirectorServiceFlags.Active) != 0,
            (_state.Servers[server].Flags & (DirectorServerFlags.Stateful | DirectorServerFlags.Masqueraded))
                == DirectorServerFlags.Stateful);
        return true;
    }
}

/// <summary>Where a server stands.</summary>
/// <param name="Server">Its slot.</param>
/// <param name="Generation">Of the slot.</param>
/// <param name="Service">Slot of its service.</param>
/// <param name="ServiceGeneration">Of that slot.</param>
/// <param name="IsActive">Whether this node schedules for the service.</param>
/// <param name="NeedsTranslation">Whether only a translation says whose its answers are.</param>
internal readonly record struct SyncTarget(
    uint Server, uint Generation, uint Service, uint ServiceGeneration, bool IsActive, bool NeedsTranslation);
