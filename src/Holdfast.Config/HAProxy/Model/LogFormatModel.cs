using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Model;

/// <summary>How an item of a log format is written.</summary>
[Flags]
public enum LogItemFlags : byte
{
    /// <summary>As it is.</summary>
    None = 0,

    /// <summary><c>+Q</c>: in quotes.</summary>
    Quoted = 1,

    /// <summary><c>+X</c>: hexadecimal.</summary>
    Hexadecimal = 2,

    /// <summary><c>+E</c>: quotes, backslashes and closing brackets escaped.</summary>
    Escaped = 4,

    /// <summary><c>+M</c>: absent values as "-" as well when empty. Default in most formats.</summary>
    Mandatory = 8,

    /// <summary><c>+json</c> (3.0).</summary>
    Json = 16,

    /// <summary><c>+cbor</c> (3.0).</summary>
    Cbor = 32,
}

/// <summary>A part of a log format.</summary>
/// <param name="Span">Where it stands.</param>
public abstract record LogItem(SourceSpan Span);

/// <summary>Text that is written as it is.</summary>
/// <param name="Text">The text, "%%" already one "%".</param>
/// <param name="Span">Where it stands.</param>
public sealed record LogLiteral(string Text, SourceSpan Span) : LogItem(Span);

/// <summary>A variable, such as <c>%ci</c>.</summary>
/// <param name="Name">Its name without "%".</param>
/// <param name="Key">The name in parentheses before it (3.0); null when there is none.</param>
/// <param name="Flags">How it is written.</param>
/// <param name="Span">Where it stands.</param>
public sealed record LogAlias(string Name, string? Key, LogItemFlags Flags, SourceSpan Span) : LogItem(Span);

/// <summary>A sample expression, <c>%[…]</c>.</summary>
/// <param name="Expression">What is written.</param>
/// <param name="Key">The name in parentheses before it (3.0); null when there is none.</param>
/// <param name="Flags">How it is written.</param>
/// <param name="Span">Where it stands.</param>
public sealed record LogSample(SampleExpression Expression, string? Key, LogItemFlags Flags, SourceSpan Span)
    : LogItem(Span);

/// <summary>A log format, or any text with variables in a rule.</summary>
/// <param name="Text">As it is written, after quoting.</param>
/// <param name="Items">Its parts.</param>
/// <param name="Span">Where it stands.</param>
public sealed record LogFormat(string Text, ImmutableArray<LogItem> Items, SourceSpan Span)
{
    /// <summary>The text when it has no variables; null when it has.</summary>
    public string? Constant => Items switch
    {
        [] => "",
        [LogLiteral only] => only.Text,
        _ => null,
    };
}

/// <summary>Where log lines go: a <c>log</c> line.</summary>
/// <param name="Address">
/// As it is written: an address of UDP, a path of a Unix socket, <c>stdout</c>, <c>stderr</c>, <c>fd@N</c>,
/// <c>ring@NAME</c>.
/// </param>
/// <param name="Facility">Syslog facility; null where <c>raw</c> needs none.</param>
/// <param name="Span">Where it stands.</param>
public sealed record LogTarget(string Address, string? Facility, SourceSpan Span)
{
    /// <summary>Longest line, in bytes. Default 1024.</summary>
    public int Length { get; init; } = 1024;

    /// <summary>Format: local, rfc3164, rfc5424, priority, short, timed, iso, raw. Default local.</summary>
    public string Format { get; init; } = "local";

    /// <summary>Least severe level that is sent, 0 to 7. Default 7.</summary>
    public int MaximumLevel { get; init; } = 7;

    /// <summary>No line is sent as more severe than this, 0 to 7. Default 0.</summary>
    public int MinimumLevel { get; init; }

    /// <summary><c>sample RANGES:SIZE</c>, as it is written; null: every line.</summary>
    public string? Sample { get; init; }
}
