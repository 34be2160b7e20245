using Holdfast.Primitives;

namespace Holdfast.Nginx.Maps;

/// <summary>Values of addresses, found by halving: sorted ranges that do not overlap.</summary>
internal sealed class AddressRanges
{
    private readonly List<Range> _ranges = [];

    /// <summary>The last address of a network.</summary>
    internal static IpAddress LastOf(IpAddress address, int prefixLength)
    {
        UInt128 bits = Bits(address.Mask(prefixLength));
        int free = address.BitCount - prefixLength + (address.IsV4 ? 96 : 0);
        UInt128 last = bits | (free >= 128 ? UInt128.MaxValue : (UInt128.One << free) - 1);
        last = address.IsV4 ? last >> 96 << 96 : last;
        return new(address.Family, (ulong)(last >> 64), (ulong)last);
    }

    /// <summary>Gives all addresses of a range a value; what they had is covered.</summary>
    internal void Cover(IpAddress first, IpAddress last, byte[] value)
    {
        Range added = new(first, last, value);
        for (int i = _ranges.Count - 1; i >= 0; i--)
        {
            Range one = _ranges[i];
            if (one.First.Family != first.Family || one.Last.CompareTo(first) < 0 || one.First.CompareTo(last) > 0)
            {
                continue;
            }
            _ranges.RemoveAt(i);
            if (one.First.CompareTo(first) < 0)
            {
                Insert(one with { Last = Step(first, -1) });
            }
            if (one.Last.CompareTo(last) > 0)
            {
                Insert(one with { First = Step(last, 1) });
            }
        }
        Insert(added);
    }

    /// <summary>The value of an address; null: it has none.</summary>
    internal byte[]? Find(IpAddress address)
    {
        int low = 0;
        int high = _ranges.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            Range one = _ranges[middle];
            if (address.CompareTo(one.First) < 0)
            {
                high = middle - 1;
            }
            else if (address.CompareTo(one.Last) > 0)
            {
                low = middle + 1;
            }
            else
            {
                return one.Value;
            }
        }
        return null;
    }

    private void Insert(Range range)
    {
        int at = _ranges.FindIndex(one => one.First.CompareTo(range.First) > 0);
        _ranges.Insert(at < 0 ? _ranges.Count : at, range);
    }

    private static IpAddress Step(IpAddress address, int by)
    {
        UInt128 one = address.IsV4 ? UInt128.One << 96 : UInt128.One;
        UInt128 bits = by < 0 ? Bits(address) - one : Bits(address) + one;
        return new(address.Family, (ulong)(bits >> 64), (ulong)bits);
    }

    private static UInt128 Bits(IpAddress address) => new(address.High, address.Low);

    private readonly record struct Range(IpAddress First, IpAddress Last, byte[] Value);
}
