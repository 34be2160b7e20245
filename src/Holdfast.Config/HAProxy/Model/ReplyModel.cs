using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Model;

/// <summary>A regular expression as it is written (PCRE).</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="IgnoreCase">Whether case is ignored.</param>
/// <param name="Span">Where it stands.</param>
public sealed record RegexModel(string Pattern, bool IgnoreCase, SourceSpan Span);

/// <summary>Where the body of an answer comes from.</summary>
public enum ReplyBody : byte
{
    /// <summary>The built-in or configured page of the status.</summary>
    Default,

    /// <summary>A whole message in a file (<c>errorfile</c>).</summary>
    ErrorFile,

    /// <summary>The page of a named http-errors section.</summary>
    ErrorSection,

    /// <summary>A file (<c>file</c>).</summary>
    File,

    /// <summary>A text (<c>string</c>).</summary>
    Text,

    /// <summary>A file with variables (<c>lf-file</c>).</summary>
    FormatFile,

    /// <summary>A text with variables (<c>lf-string</c>).</summary>
    Format,
}

/// <summary>An answer of our own: of return, deny, tarpit, http-error.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">Where its body comes from.</param>
/// <param name="Span">Where it stands.</param>
public sealed record ReplyModel(int Status, ReplyBody Body, SourceSpan Span)
{
    /// <summary>The text of the file that <see cref="Source"/> names; null: there is none.</summary>
    public string? Content { get; init; }

    /// <summary><c>default-errorfiles</c>: the page of the status; else return without a body is empty.</summary>
    public bool UsesPage { get; init; }

    /// <summary><c>content-type</c>; null: none, or that of the page.</summary>
    public string? ContentType { get; init; }

    /// <summary>The text, the path, or the name of the http-errors section.</summary>
    public string Source { get; init; } = "";

    /// <summary>The body with variables; null when it has none.</summary>
    public LogFormat? Format { get; init; }

    /// <summary>Headers that are added.</summary>
    public ImmutableArray<(string Name, LogFormat Value)> Headers { get; init; } = [];
}

/// <summary>A <c>redirect</c>.</summary>
/// <param name="Kind">location, prefix or scheme.</param>
/// <param name="Target">Where to.</param>
/// <param name="Status">301, 302, 303, 307 or 308.</param>
/// <param name="Span">Where it stands.</param>
public sealed record RedirectModel(string Kind, LogFormat Target, int Status, SourceSpan Span)
{
    /// <summary><c>drop-query</c>.</summary>
    public bool DropsQuery { get; init; }

    /// <summary><c>keep-query</c> (3.x).</summary>
    public bool KeepsQuery { get; init; }

    /// <summary><c>append-slash</c>.</summary>
    public bool AppendsSlash { get; init; }

    /// <summary><c>ignore-empty</c>: no redirect to an empty target.</summary>
    public bool IgnoresEmpty { get; init; }

    /// <summary><c>set-cookie</c> or <c>clear-cookie</c>, as a whole Set-Cookie value; null: none.</summary>
    public string? SetCookie { get; init; }

    /// <summary><c>set-cookie-fmt</c> (3.x); null: none.</summary>
    public LogFormat? SetCookieFormat { get; init; }
}

/// <summary>
/// The page of a status: <c>errorfile</c>, <c>errorloc</c>, <c>http-error</c>, of a section or proxy.
/// </summary>
/// <param name="Status">The status that it stands for.</param>
/// <param name="Reply">The answer; null for a redirect or the empty page.</param>
/// <param name="Location">Where errorloc redirects to; null: no redirect.</param>
/// <param name="LocationStatus">302 or 303.</param>
/// <param name="Message">
/// The whole HTTP message of <c>errorfile</c>; empty: the connection is closed without a word; null: not of a file.
/// </param>
/// <param name="Span">Where it stands.</param>
public sealed record ErrorPageModel(
    int Status, ReplyModel? Reply, string? Location, int LocationStatus, string? Message, SourceSpan Span);

/// <summary>An <c>http-errors</c> section.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pages">Its pages.</param>
/// <param name="Span">Where it stands.</param>
public sealed record HttpErrorsModel(string Name, ImmutableArray<ErrorPageModel> Pages, SourceSpan Span);

/// <summary>A user of a userlist.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Password">The password, or its hash for crypt(3).</param>
/// <param name="IsEncrypted">Whether it is a hash.</param>
/// <param name="Groups">Its groups, those of group lines included.</param>
/// <param name="Span">Where it stands.</param>
public sealed record UserModel(
    string Name, string Password, bool IsEncrypted, ImmutableArray<string> Groups, SourceSpan Span);

/// <summary>A <c>userlist</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Users">Its users.</param>
/// <param name="Span">Where it stands.</param>
public sealed record UserlistModel(string Name, ImmutableArray<UserModel> Users, SourceSpan Span);
