using System.Buffers.Text;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Samples;

/// <summary>How a sample of one type stands for one of another (section 7.3 of the manual).</summary>
public static class Casts
{
    /// <summary>Casts; false when this value cannot be.</summary>
    public static bool TryTo(SampleType type, RequestContext context, ref Sample sample) => type switch
    {
        SampleType.Any => true,
        SampleType.Boolean => TryInteger(context, ref sample) && sample.Set(sample.Integer != 0),
        SampleType.Integer => TryInteger(context, ref sample),
        SampleType.Address => TryAddress(ref sample),
        SampleType.Ipv4 => TryAddress(ref sample) && TryV4(ref sample),
        SampleType.Ipv6 => TryAddress(ref sample) && sample.Set(ToV6(sample.Address)),
        SampleType.Text => TryText(context, ref sample),
        SampleType.Binary => TryBinary(context, ref sample),
        _ => TryText(context, ref sample),
    };

    /// <summary>Makes it text.</summary>
    public static bool TryText(RequestContext context, ref Sample sample)
    {
        switch (sample.Kind)
        {
            case SampleKind.Binary:
                // Text ends at the first zero, as in the original.
                int end = sample.Bytes.IndexOf((byte)0);
                return sample.SetText(end < 0 ? sample.Bytes : sample.Bytes[..end]);
            case SampleKind.Text or SampleKind.Method:
                sample.Kind = SampleKind.Text;
                return true;
            case SampleKind.Boolean or SampleKind.Integer:
                if (!context.Scratch.TryTake(20, out Span<byte> digits))
                {
                    return false;
                }
                Utf8Formatter.TryFormat(sample.Integer, digits, out int length);
                return sample.SetText(digits[..length]);
            case SampleKind.Address:
                if (!context.Scratch.TryTake(46, out Span<byte> room))
                {
                    return false;
                }
                return sample.SetText(room[..AddressText.Write(sample.Address, room)]);
            default:
                return false;
        }
    }

    /// <summary>Makes it upper-case hexadecimal text.</summary>
    public static bool TryHex(RequestContext context, ref Sample sample)
    {
        ReadOnlySpan<byte> bytes = sample.Bytes;
        if (!context.Scratch.TryTake(bytes.Length * 2, out Span<byte> hex))
        {
            return false;
        }
        for (int i = 0; i < bytes.Length; i++)
        {
            hex[i * 2] = "0123456789ABCDEF"u8[bytes[i] >> 4];
            hex[(i * 2) + 1] = "0123456789ABCDEF"u8[bytes[i] & 15];
        }
        return sample.SetText(hex);
    }

    /// <summary>Makes it a number; text is read up to its first byte that is no digit.</summary>
    public static bool TryInteger(RequestContext context, ref Sample sample)
    {
        switch (sample.Kind)
        {
            case SampleKind.Boolean or SampleKind.Integer:
                return sample.Set(sample.Integer);
            case SampleKind.Address when sample.Address.IsV4:
                return sample.Set((long)(sample.Address.High >> 32));
            case SampleKind.Text:
                return !sample.Bytes.IsEmpty && sample.Set(Numbers.Read(sample.Bytes));
            default:
                return false;
        }
    }

    /// <summary>Makes it an address.</summary>
    public static bool TryAddress(ref Sample sample) => sample.Kind switch
    {
        SampleKind.Address => true,
        SampleKind.Integer => sample.Set(IpAddress.V4((uint)sample.Integer)),
        SampleKind.Text => AddressText.TryParse(sample.Bytes, out IpAddress address) && sample.Set(address),
        _ => false,
    };

    /// <summary>The IPv6 form: ::ffff:a.b.c.d of an IPv4 address.</summary>
    public static IpAddress ToV6(IpAddress address)
        => address.IsV4 ? new IpAddress(IpFamily.V6, 0, 0xFFFF_0000_0000UL | (address.High >> 32)) : address;

    /// <summary>The IPv4 address that an IPv6 one carries: mapped, compatible, or 6to4.</summary>
    public static bool TryToV4(IpAddress address, out IpAddress v4)
    {
        v4 = address;
        if (address.IsV4)
        {
            return true;
        }
        if (address.High >> 48 == 0x2002)
        {
            v4 = IpAddress.V4((uint)(address.High >> 16));
            return true;
        }
        v4 = IpAddress.V4((uint)address.Low);
        return address.High == 0 && (address.Low >> 32) is 0 or 0xFFFF;
    }

    private static bool TryV4(ref Sample sample)
        => TryToV4(sample.Address, out IpAddress v4) && sample.Set(v4);

    private static bool TryBinary(RequestContext context, ref Sample sample)
    {
        switch (sample.Kind)
        {
            case SampleKind.Text or SampleKind.Method or SampleKind.Binary:
                return sample.SetBinary(sample.Bytes);
            case SampleKind.Integer:
                if (!context.Scratch.TryTake(8, out Span<byte> eight))
                {
                    return false;
                }
                System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(eight, sample.Integer);
                return sample.SetBinary(eight);
            case SampleKind.Address:
                return context.Scratch.TryTake(16, out Span<byte> room)
                    && sample.SetBinary(room[..sample.Address.CopyTo(room)]);
            default:
                return false;
        }
    }
}
