using Holdfast.Primitives;

namespace Holdfast.HAProxy.Samples;

/// <summary>What a sample is while it runs.</summary>
public enum SampleKind : byte
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>Boolean: <see cref="Sample.Integer"/> is 0 or 1.</summary>
    Boolean,

    /// <summary>Signed 64-bit integer.</summary>
    Integer,

    /// <summary>An IPv4 or IPv6 address.</summary>
    Address,

    /// <summary>Text.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Binary,

    /// <summary>An HTTP method, as its bytes.</summary>
    Method,
}

/// <summary>
/// A value that an expression gives: a number, an address, or bytes that stand in a buffer of the connection or in the
/// scratch memory of its <see cref="RequestContext"/>. It is valid until the next evaluation with that context.
/// </summary>
public ref struct Sample
{
    /// <summary>What it is.</summary>
    public SampleKind Kind { get; set; }

    /// <summary>Whether there may be other, or more, data later: a "no" is not final before inspection ends.</summary>
    public bool MayChange { get; set; }

    /// <summary>In an ACL: whether the fetch has one more value behind this one.</summary>
    public bool HasMore { get; set; }

    /// <summary>In an ACL: where the fetch goes on; 0 at first.</summary>
    public int Position { get; set; }

    /// <summary>Value of a boolean or integer.</summary>
    public long Integer { get; set; }

    /// <summary>Value of an address.</summary>
    public IpAddress Address { get; set; }

    /// <summary>Value of text, bytes, method.</summary>
    public ReadOnlySpan<byte> Bytes { get; set; }

    /// <summary>Becomes a boolean; always true, so that a fetch can return it.</summary>
    public bool Set(bool value)
    {
        Kind = SampleKind.Boolean;
        Integer = value ? 1 : 0;
        return true;
    }

    /// <summary>Becomes an integer; always true.</summary>
    public bool Set(long value)
    {
        Kind = SampleKind.Integer;
        Integer = value;
        return true;
    }

    /// <summary>Becomes an address; false for none.</summary>
    public bool Set(IpAddress value)
    {
        Kind = SampleKind.Address;
        Address = value;
        return !value.IsNone;
    }

    /// <summary>Becomes text; always true.</summary>
    public bool SetText(ReadOnlySpan<byte> value)
    {
        Kind = SampleKind.Text;
        Bytes = value;
        return true;
    }

    /// <summary>Becomes bytes; always true.</summary>
    public bool SetBinary(ReadOnlySpan<byte> value)
    {
        Kind = SampleKind.Binary;
        Bytes = value;
        return true;
    }
}

/// <summary>One step of an expression: a fetch that makes a sample, or a converter that changes one.</summary>
/// <param name="context">The connection and its request.</param>
/// <param name="sample">The value.</param>
/// <returns>False: there is no value, and the expression ends.</returns>
public delegate bool SampleStep(RequestContext context, ref Sample sample);
