using Holdfast.Primitives;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Vrrp;

/// <summary>Packets that are not for us, not from whom we expect, or too many: counted, and logged a bounded number of
/// times.</summary>
internal sealed partial class VrrpNode
{
    private static readonly TimeSpan s_floodWarningGap = TimeSpan.FromMinutes(1);

    private readonly bool[] _reportedVrids = new bool[256];
    private ulong _unknownVrids;
    private MonotonicTime _floodWarningFrom;

    /// <summary>Packets for a VRID that no instance of their interface has.</summary>
    public ulong UnknownVrids
    {
        get
        {
            ulong sum = _unknownVrids;
            foreach (AdvertChannel channel in _channels.Values)
            {
                sum += channel.KeptAway;
            }
            return sum;
        }
    }

    /// <inheritdoc/>
    public bool HearsUnknownVrids => _plan.Model.Global.LogUnknownVrids;

    /// <summary>Channels, for status.</summary>
    public IReadOnlyCollection<AdvertChannel> Channels => _channels.Values;

    /// <inheritdoc/>
    public void OnUnknownVrid(byte vrid, IpAddress source)
    {
        _unknownVrids++;
        if (HearsUnknownVrids && !_reportedVrids[vrid])
        {
            _reportedVrids[vrid] = true;
            _warn($"Received advert for unknown VRID {vrid} from {source}");
        }
    }

    /// <inheritdoc/>
    public void OnKeptAway(ulong count) => _unknownVrids += count;

    /// <inheritdoc/>
    public void OnFlood(AdvertChannel channel)
    {
        MonotonicTime now = Now;
        if (now >= _floodWarningFrom && channel.Dropped is > 0 and ulong dropped)
        {
            _floodWarningFrom = now + s_floodWarningGap;
            string where = _links.Link(channel.Key.InterfaceIndex)?.Name ?? channel.Key.Local.ToString();
            _warn($"more VRRP packets come in on {where} than can be read: {dropped} were dropped so far");
        }
    }

    /// <summary>
    /// As the original does by default we accept unicast from anybody, but not in silence: a forged advert takes the
    /// addresses away.
    /// </summary>
    private void NoteStranger(VrrpInstance instance, IpAddress source)
    {
        UnicastPeer[] peers = instance.Plan.Peers;
        if (peers.Length == 0)
        {
            return;
        }
        foreach (ref readonly UnicastPeer peer in peers.AsSpan())
        {
            if (peer.Address == source)
            {
                return;
            }
        }
        instance.Counters.StrangersAccepted++;
        if (instance.Reports.IsNewStranger())
        {
            _warn($"({instance.Name}) accepted an advert from {source}, which is not a configured peer: "
                + "check_unicast_src refuses such");
        }
    }
}
