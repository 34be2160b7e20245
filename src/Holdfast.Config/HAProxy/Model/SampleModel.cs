using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Model;

/// <summary>Types of samples.</summary>
public enum SampleType : byte
{
    /// <summary>Known only when it runs, such as that of a variable.</summary>
    Any,

    /// <summary>Boolean.</summary>
    Boolean,

    /// <summary>Signed 64-bit integer.</summary>
    Integer,

    /// <summary>An IPv4 or IPv6 address.</summary>
    Address,

    /// <summary>An IPv4 address (or, from a connection, one of either family).</summary>
    Ipv4,

    /// <summary>An IPv6 address.</summary>
    Ipv6,

    /// <summary>Text.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Binary,

    /// <summary>An HTTP method.</summary>
    Method,
}

/// <summary>What an argument of a fetch or converter is.</summary>
public enum SampleArgumentKind : byte
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A number.</summary>
    Integer,

    /// <summary>The name of a stick table; empty: that of the proxy where it stands.</summary>
    Table,

    /// <summary>The name of a backend; empty: the one where it stands.</summary>
    Backend,

    /// <summary>The name of a frontend; empty: the one where it stands.</summary>
    Frontend,

    /// <summary>"server" or "backend/server".</summary>
    Server,

    /// <summary>The name of a userlist.</summary>
    Userlist,

    /// <summary>An IPv4 address or mask, or a number of bits.</summary>
    Ipv4,

    /// <summary>An IPv6 address or mask, or a number of bits.</summary>
    Ipv6,

    /// <summary>A regular expression.</summary>
    Regex,

    /// <summary>A path of protobuf field numbers.</summary>
    ProtobufPath,
}

/// <summary>An argument of a fetch or converter.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As it is written, after quoting.</param>
/// <param name="Integer">Its value when it is a number; else 0.</param>
/// <param name="Span">Where it stands.</param>
public sealed record SampleArgument(SampleArgumentKind Kind, string Text, long Integer, SourceSpan Span);

/// <summary>One converter of an expression.</summary>
/// <param name="Name">Its name, as in the table.</param>
/// <param name="Arguments">Its arguments; those left out at the end are missing.</param>
/// <param name="Input">The type that it takes: the value is cast to it first.</param>
/// <param name="Output">The type that it gives.</param>
/// <param name="Span">Where it stands.</param>
public sealed record ConverterCall(
    string Name, ImmutableArray<SampleArgument> Arguments, SampleType Input, SampleType Output, SourceSpan Span);

/// <summary>A sample expression: <c>fetch(args),converter(args)…</c>.</summary>
/// <param name="Fetch">Name of the fetch; a name with a match suffix, such as hdr_beg, stands as its fetch.</param>
/// <param name="Arguments">Arguments of the fetch.</param>
/// <param name="FetchType">What the fetch gives.</param>
/// <param name="Converters">What is done to it, in this order.</param>
/// <param name="Span">Where it stands.</param>
public sealed record SampleExpression(
    string Fetch, ImmutableArray<SampleArgument> Arguments, SampleType FetchType,
    ImmutableArray<ConverterCall> Converters, SourceSpan Span)
{
    /// <summary>The type of the whole.</summary>
    public SampleType Type
    {
        get
        {
            SampleType type = FetchType;
            foreach (ConverterCall call in Converters)
            {
                // A converter that gives "any" hands on what it was given.
                type = call.Output == SampleType.Any ? type : call.Output;
            }
            return type;
        }
    }
}
