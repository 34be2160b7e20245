using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Model;

/// <summary>One directive of the rewrite module.</summary>
/// <param name="Span">Where it stands.</param>
public abstract record RewriteStep(SourceSpan Span);

/// <summary>What <c>rewrite</c> does after it has replaced the URI.</summary>
public enum RewriteFlag : byte
{
    /// <summary>The program goes on; a location is looked for when it has ended.</summary>
    None,

    /// <summary><c>last</c>: a location is looked for at once.</summary>
    Last,

    /// <summary><c>break</c>: the program ends, the location stays.</summary>
    Break,

    /// <summary><c>redirect</c>, or a replacement with a scheme: answer 302.</summary>
    Redirect,

    /// <summary><c>permanent</c>: answer 301.</summary>
    Permanent,
}

/// <summary><c>rewrite</c></summary>
/// <param name="Regex">What the URI is compared with.</param>
/// <param name="Replacement">What it becomes, without the "?" that forbids the old arguments.</param>
/// <param name="DropsArguments">Whether the replacement ended in "?", so that the old arguments are not added.</param>
/// <param name="Flag">What then.</param>
/// <param name="Span">Where it stands.</param>
public sealed record RewriteUri(NginxRegex Regex, ComplexText Replacement, bool DropsArguments, RewriteFlag Flag,
    SourceSpan Span) : RewriteStep(Span);

/// <summary><c>set</c></summary>
/// <param name="Variable">Name in lower case without dollar.</param>
/// <param name="Value">Its value.</param>
/// <param name="Span">Where it stands.</param>
public sealed record SetVariable(string Variable, ComplexText Value, SourceSpan Span) : RewriteStep(Span);

/// <summary><c>return</c></summary>
/// <param name="Status">Status code; 302 for <c>return URL</c>; 444 closes the connection.</param>
/// <param name="Text">The body, or the address of 301, 302, 303, 307, 308; null: the standard page.</param>
/// <param name="Span">Where it stands.</param>
public sealed record ReturnAnswer(int Status, ComplexText? Text, SourceSpan Span) : RewriteStep(Span);

/// <summary><c>break</c></summary>
/// <param name="Span">Where it stands.</param>
public sealed record BreakRewrite(SourceSpan Span) : RewriteStep(Span);

/// <summary><c>if</c></summary>
/// <param name="Condition">When.</param>
/// <param name="Steps">What is done then, in the order of the file.</param>
/// <param name="Content">
/// In a location: what makes the answer when the condition holds, that of the location inherited. Null in a server.
/// </param>
/// <param name="Settings">In a location: the settings then. Null in a server.</param>
/// <param name="Span">Where it stands.</param>
public sealed record IfBlock(RewriteCondition Condition, ImmutableArray<RewriteStep> Steps,
    LocationContent? Content, HttpSettings? Settings, SourceSpan Span) : RewriteStep(Span);

/// <summary>How an <c>if</c> decides.</summary>
public enum ConditionKind : byte
{
    /// <summary><c>($a)</c>: neither empty nor "0".</summary>
    IsTrue,

    /// <summary><c>=</c></summary>
    Equal,

    /// <summary><c>~</c> and <c>~*</c></summary>
    Matches,

    /// <summary><c>-f</c>: a regular file.</summary>
    IsFile,

    /// <summary><c>-d</c>: a directory.</summary>
    IsDirectory,

    /// <summary><c>-e</c>: file, directory or symbolic link.</summary>
    Exists,

    /// <summary><c>-x</c>: executable.</summary>
    IsExecutable,
}

/// <summary>The condition of an <c>if</c>.</summary>
/// <param name="Kind">How it decides.</param>
/// <param name="IsNegated"><c>!=</c>, <c>!~</c>, <c>!-f</c> and so on.</param>
/// <param name="Variable">Variable that is looked at, without dollar; null for those about files.</param>
/// <param name="Text">What it is compared with, or the path; null for the others.</param>
/// <param name="Regex">The expression; null unless <see cref="ConditionKind.Matches"/>.</param>
public sealed record RewriteCondition(
    ConditionKind Kind, bool IsNegated, string? Variable, ComplexText? Text, NginxRegex? Regex);
