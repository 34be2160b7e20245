using System.Runtime.InteropServices;
using Holdfast.Layer4.Xdp.Layout;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp;

/// <summary>What another director needs besides connections, so that answers of NAT's servers go on through it.
/// </summary>
public sealed partial class XdpClient
{
    /// <summary>Where a client's last packet came from; null: it is not known.</summary>
    internal LastHopRecord? HopOf(IpAddress client)
    {
        AddressKeyRecord key = AddressKeyRecord.From(client);
        LastHopRecord hop = default;
        Errno errno = _maps["last_hops"].TryGet(MemoryMarshal.AsBytes(new ReadOnlySpan<AddressKeyRecord>(in key)),
            MemoryMarshal.AsBytes(new Span<LastHopRecord>(ref hop)));
        return errno == Errno.Success ? hop : null;
    }

    /// <summary>Puts in where another director says that a client's packets come from.</summary>
    /// <param name="client">The client.</param>
    /// <param name="hop">From where, by the numbers of this host.</param>
    /// <param name="isActive">Whether this node sees the packets itself: then it knows better.</param>
    internal void PutHop(IpAddress client, in LastHopRecord hop, bool isActive)
        => Put("last_hops", AddressKeyRecord.From(client), hop, isActive);

    /// <summary>Puts in a translation that follows from a connection that another director has told of.</summary>
    /// <param name="key">The flow as the server sees it.</param>
    /// <param name="translation">The same as the client sees it.</param>
    /// <param name="isActive">As above.</param>
    internal void PutTranslation(in TranslationKey key, in TranslationRecord translation, bool isActive)
        => Put("translations", key, translation, isActive);

    // A table that is full has no room for it, as for one of our own.
    private void Put<TKey, TValue>(string map, in TKey key, in TValue value, bool isActive)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        ReadOnlySpan<byte> rawKey = MemoryMarshal.AsBytes(new ReadOnlySpan<TKey>(in key));
        ReadOnlySpan<byte> rawValue = MemoryMarshal.AsBytes(new ReadOnlySpan<TValue>(in value));
        BpfMap table = _maps[map];
        _ = isActive ? table.Add(rawKey, rawValue) : table.Set(rawKey, rawValue);
    }
}
