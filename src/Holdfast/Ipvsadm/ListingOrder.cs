using Holdfast.Layer4.Model;

namespace Holdfast.Ipvsadm;

/// <summary>The order of listings.</summary>
/// <remarks>
/// The original compares by subtracting, in 32 bits: what is more than half of the number range away counts as
/// before, so that the order of widely spread addresses depends on how they are sorted. So both the comparison and
/// the sorting (the C library's merge sort) are done in the same way here.
/// </remarks>
internal static class ListingOrder
{
    /// <summary>Services: by mark, family, protocol, address, port.</summary>
    internal static int Compare(VirtualServiceKey left, VirtualServiceKey right)
    {
        int order = Difference(left.FirewallMark, right.FirewallMark);
        order = order != 0 ? order : left.Family.CompareTo(right.Family);
        order = order != 0 ? order : left.Protocol.CompareTo(right.Protocol);
        return order != 0 ? order : Compare(new(left.Address, left.Port), new RealServerKey(right.Address, right.Port));
    }

    /// <summary>Servers: by address, whatever its family, then port.</summary>
    internal static int Compare(RealServerKey left, RealServerKey right)
    {
        int order = Difference((uint)(left.Address.High >> 32), (uint)(right.Address.High >> 32));
        order = order != 0 ? order : Difference(Low32(left.Address.High), Low32(right.Address.High));
        order = order != 0 ? order
            : Difference((uint)(left.Address.Low >> 32), (uint)(right.Address.Low >> 32));
        order = order != 0 ? order : Difference(Low32(left.Address.Low), Low32(right.Address.Low));
        return order != 0 ? order : left.Port - right.Port;
    }

    /// <summary>Merge sort, top down, the smaller half first.</summary>
    internal static void Sort<T>(Span<T> items, Comparison<T> compare)
    {
        if (items.Length < 2)
        {
            return;
        }
        Span<T> left = items[..(items.Length / 2)];
        Span<T> right = items[(items.Length / 2)..];
        Sort(left, compare);
        Sort(right, compare);
        T[] merged = new T[items.Length];
        int l = 0;
        int r = 0;
        for (int i = 0; i < merged.Length; i++)
        {
            bool takeLeft = r == right.Length || (l < left.Length && compare(left[l], right[r]) <= 0);
            merged[i] = takeLeft ? left[l++] : right[r++];
        }
        merged.CopyTo(items);
    }

    private static uint Low32(ulong value) => (uint)(value & uint.MaxValue);

    private static int Difference(uint left, uint right) => unchecked((int)(left - right));
}
