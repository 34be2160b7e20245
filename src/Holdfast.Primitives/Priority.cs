using System.Globalization;

namespace Holdfast.Primitives;

/// <summary>VRRP priority, 0 to 255 (RFC 9568 §5.2.4): 0 resigns, 255 owns the addresses, 100 is the default.</summary>
public readonly record struct Priority(byte Value) : IComparable<Priority>
{
    /// <summary>What a leaving Active sends: Backups take over after their skew alone.</summary>
    public static Priority Resignation => new(0);

    /// <summary>The default of the RFC and of keepalived.</summary>
    public static Priority Default => new(100);

    /// <summary>The owner of the addresses: Active at once, never moved by a tracker.</summary>
    public static Priority Owner => new(255);

    /// <summary>Whether this advert announces that its sender leaves.</summary>
    public bool IsResignation => Value == 0;

    /// <summary>Whether the sender owns the addresses.</summary>
    public bool IsOwner => Value == 255;

    /// <inheritdoc/>
    public int CompareTo(Priority other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="a"/> is the lower one.</summary>
    public static bool operator <(Priority a, Priority b) => a.Value < b.Value;

    /// <summary>Whether <paramref name="a"/> is the higher one.</summary>
    public static bool operator >(Priority a, Priority b) => a.Value > b.Value;

    /// <summary>Whether <paramref name="a"/> is not the higher one.</summary>
    public static bool operator <=(Priority a, Priority b) => a.Value <= b.Value;

    /// <summary>Whether <paramref name="a"/> is not the lower one.</summary>
    public static bool operator >=(Priority a, Priority b) => a.Value >= b.Value;

    /// <summary>The number in decimal.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
