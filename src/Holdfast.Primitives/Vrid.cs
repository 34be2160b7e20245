using System.Globalization;

namespace Holdfast.Primitives;

/// <summary>Virtual Router Identifier, 1 to 255 (RFC 9568 §5.2.3).</summary>
public readonly record struct Vrid(byte Value)
{
    /// <summary>The number in decimal.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
