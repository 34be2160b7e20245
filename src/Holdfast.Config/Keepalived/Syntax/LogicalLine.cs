using Holdfast.Config.Text;

namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>What a logical line is, after brace splitting.</summary>
internal enum LogicalLineKind : byte
{
    /// <summary>Words.</summary>
    Words,

    /// <summary>One opening brace.</summary>
    Open,

    /// <summary>One closing brace.</summary>
    Close,

    /// <summary>A <c>#holdfast: KEY VALUE</c> comment.</summary>
    Option,
}

/// <summary>A line as the keyword tree sees it.</summary>
internal readonly record struct LogicalLine(LogicalLineKind Kind, MappedText Text);
