using System.Globalization;
using System.Numerics;
using Holdfast.HAProxy.Converters;
using Holdfast.HAProxy.Samples;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Patterns;

/// <summary>
/// Networks: one hash set for each prefix length that occurs, the longest first; odd masks one by one.
/// </summary>
internal sealed class AddressIndex : PatternIndex
{
    private readonly List<(int Bits, Dictionary<IpAddress, PatternEntry> Set)> _v4 = [];
    private readonly List<(int Bits, Dictionary<IpAddress, PatternEntry> Set)> _v6 = [];
    private readonly List<(uint Network, uint Mask, PatternEntry Entry)> _odd = [];

    public AddressIndex(IReadOnlyList<PatternEntry> entries)
    {
        foreach (PatternEntry entry in entries)
        {
            Add(entry);
        }
        _v4.Sort(static (a, b) => b.Bits.CompareTo(a.Bits));
        _v6.Sort(static (a, b) => b.Bits.CompareTo(a.Bits));
    }

    public override PatternEntry? Find(RequestContext context, ref Sample sample)
    {
        if (!Casts.TryAddress(ref sample))
        {
            return null;
        }
        IpAddress address = sample.Address;
        if (address.IsV6)
        {
            return Find(_v6, address) ?? (Casts.TryToV4(address, out IpAddress v4) ? FindV4(v4) : null);
        }
        return FindV4(address) ?? (_v6.Count > 0 ? Find(_v6, Casts.ToV6(address)) : null);
    }

    private PatternEntry? FindV4(IpAddress address)
    {
        if (Find(_v4, address) is { } found)
        {
            return found;
        }
        foreach ((uint network, uint mask, PatternEntry entry) in _odd)
        {
            if (((uint)(address.High >> 32) & mask) == network)
            {
                return entry;
            }
        }
        return null;
    }

    private static PatternEntry? Find(
        List<(int Bits, Dictionary<IpAddress, PatternEntry> Set)> sets, IpAddress address)
    {
        foreach ((int bits, Dictionary<IpAddress, PatternEntry> set) in sets)
        {
            if (set.TryGetValue(address.Mask(bits), out PatternEntry? found))
            {
                return found;
            }
        }
        return null;
    }

    private void Add(PatternEntry entry)
    {
        int slash = entry.Text.IndexOf('/', StringComparison.Ordinal);
        string host = slash < 0 ? entry.Text : entry.Text[..slash];
        if (!TryAddress(host, slash >= 0, out IpAddress address))
        {
            return;
        }
        int bits = address.BitCount;
        if (slash >= 0)
        {
            IpAddress mask = ArithmeticConverters.MaskOf(entry.Text[(slash + 1)..], address.Family);
            uint four = (uint)(mask.High >> 32);
            bits = BitOperations.PopCount(mask.High) + BitOperations.PopCount(mask.Low);
            if (address.IsV4 && IpAddress.V4(uint.MaxValue).Mask(bits) != mask)
            {
                _odd.Add(((uint)(address.High >> 32) & four, four, entry));
                return;
            }
        }
        List<(int Bits, Dictionary<IpAddress, PatternEntry> Set)> sets = address.IsV4 ? _v4 : _v6;
        int at = sets.FindIndex(s => s.Bits == bits);
        if (at < 0)
        {
            sets.Add((bits, new(AddressComparer.Instance)));
            at = sets.Count - 1;
        }
        sets[at].Set.TryAdd(address.Mask(bits), entry);
    }

    /// <summary>An address; a network may leave out parts at its end, such as 192.168/16.</summary>
    private static bool TryAddress(string text, bool isNetwork, out IpAddress address)
    {
        if (IpAddress.TryParse(text, out address))
        {
            return true;
        }
        string[] parts = text.Split('.');
        if (!isNetwork || parts.Length > 4)
        {
            return false;
        }
        uint value = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            if (!byte.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out byte part))
            {
                return false;
            }
            value |= (uint)part << (24 - (8 * i));
        }
        address = IpAddress.V4(value);
        return true;
    }
}
