using System.Runtime.InteropServices;
using Holdfast.Layer4.Model;

namespace Holdfast.Layer4.Xdp.Layout;

/// <summary>struct sync_daemon of bpf/sync.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SyncDaemonRecord
{
    internal uint Role;
    internal NameBytes Interface;
    internal uint SyncId;
    internal uint LengthMax;
    internal AddressWords Group;
    internal ushort Port;
    internal byte Ttl;
    internal byte Family;

    internal static SyncDaemonRecord From(SyncDaemonSpec spec)
    {
        return new()
        {
            Role = (uint)spec.Role,
            Interface = NameBytes.From(spec.Interface),
            SyncId = spec.SyncId,
            LengthMax = spec.LengthMax,
            Group = spec.Group.IsNone ? default : AddressWords.From(spec.Group),
            Port = spec.Port,
            Ttl = spec.Ttl,
            Family = spec.Group.IsNone ? (byte)0 : spec.Group.IsV6 ? (byte)6 : (byte)4,
        };
    }

    internal readonly SyncDaemonSpec ToSpec()
    {
        return new()
        {
            Role = (SyncRole)Role,
            Interface = Interface.ToString(),
            SyncId = SyncId,
            LengthMax = (ushort)LengthMax,
            Group = Family == 0 ? default : Group.ToAddress(Family == 6),
            Port = Port,
            Ttl = Ttl,
        };
    }
}
