using System.Runtime.InteropServices;
using Holdfast.Layer4.Xdp.Layout;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp;

/// <summary>What NAT needs beside services and servers.</summary>
public sealed partial class XdpClient
{
    /// <summary>Says which addresses are this machine's: what real servers send there is no answer to a client.
    /// </summary>
    /// <param name="addresses">All of them; what does not fit into the map is left out.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public void SetOwnAddresses(IEnumerable<IpAddress> addresses)
    {
        HashSet<IpAddress> wanted = [.. addresses.Take(_maps["own_addresses"].EntriesMax)];
        HashSet<IpAddress> seen = [];
        Errno errno = _maps["own_addresses"].ReadAll((key, _) =>
        {
            AddressKeyRecord record = MemoryMarshal.Read<AddressKeyRecord>(key);
            seen.Add(record.Address.ToAddress(record.Family == 6));
        });
        LinuxException.ThrowIf(errno, "xdp plane: read the map own_addresses");
        foreach (IpAddress address in seen.Except(wanted))
        {
            _maps.Delete("own_addresses", AddressKeyRecord.From(address));
        }
        foreach (IpAddress address in wanted.Except(seen))
        {
            _maps.Set("own_addresses", AddressKeyRecord.From(address), 1u);
        }
    }

    /// <summary>Says whether frames with a VLAN tag are forwarded that come in by an interface.</summary>
    /// <param name="index">The interface.</param>
    /// <param name="isTagged">Not where VLAN interfaces get them: they go to the stack.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public void SetTagged(int index, bool isTagged)
    {
        if (isTagged)
        {
            _maps.Set("tagged_interfaces", index, 1u);
        }
        else
        {
            _maps.Delete("tagged_interfaces", index);
        }
    }

    /// <summary>Forgets translations whose time is over.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    internal void SweepTranslations()
    {
        ulong now = (ulong)MonotonicClock.Now.Nanoseconds;
        List<(TranslationKey Key, TranslationRecord Value)> expired = [];
        Errno errno = _maps["translations"].ReadAll((key, value) =>
        {
            TranslationRecord record = MemoryMarshal.Read<TranslationRecord>(value);
            if (record.Expires < now)
            {
                expired.Add((MemoryMarshal.Read<TranslationKey>(key), record));
            }
        });
        LinuxException.ThrowIf(errno, "xdp plane: read the map translations");
        foreach ((TranslationKey key, TranslationRecord value) in expired)
        {
            // First the way to it: a packet in between begins anew, with the same port where that is free.
            TranslationKey client = key with
            {
                Server = value.Address,
                Peer = value.Client,
                ServerPort = value.Port,
                PeerPort = value.ClientPort,
            };
            _maps.Delete("masquerades", client);
            _maps.Delete("translations", key);
        }
    }
}
