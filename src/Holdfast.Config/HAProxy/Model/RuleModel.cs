using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Model;

/// <summary>The lists of rules, in the order in which a request meets them.</summary>
public enum RuleSet : byte
{
    /// <summary><c>tcp-request connection</c>: right after accepting.</summary>
    TcpConnection,

    /// <summary><c>tcp-request session</c>: after the handshakes.</summary>
    TcpSession,

    /// <summary><c>tcp-request content</c>: on what has arrived.</summary>
    TcpContent,

    /// <summary><c>http-request</c>.</summary>
    HttpRequest,

    /// <summary><c>tcp-response content</c>.</summary>
    TcpResponse,

    /// <summary><c>http-response</c>.</summary>
    HttpResponse,

    /// <summary><c>http-after-response</c>: on all responses, our own included.</summary>
    HttpAfterResponse,

    /// <summary><c>stats http-request</c>.</summary>
    StatsRequest,

    /// <summary>The reqrep family, removed from haproxy in 2.1: behind all <c>http-request</c> rules.</summary>
    OldRequest,

    /// <summary>The rsprep family: behind all <c>http-response</c> rules.</summary>
    OldResponse,
}

/// <summary>A rule of a list.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Condition">When; null: always.</param>
/// <param name="Span">The line.</param>
public sealed record RuleModel(RuleAction Action, RuleCondition? Condition, SourceSpan Span);

/// <summary>What a rule does.</summary>
/// <param name="Name">The word that names it, such as "set-header".</param>
public abstract record RuleAction(string Name)
{
    /// <summary>Whether nothing behind it in the list is reached when it is done.</summary>
    public virtual bool IsFinal => false;
}

/// <summary>An action that is wholly said by its name: allow, accept, reject, close, silent-drop, and so on.</summary>
/// <param name="Name">The word.</param>
public sealed record SimpleAction(string Name) : RuleAction(Name)
{
    /// <inheritdoc/>
    public override bool IsFinal => Name is "allow" or "accept" or "reject" or "close" or "silent-drop";
}

/// <summary><c>deny</c>, <c>tarpit</c> and <c>return</c>: an answer of our own.</summary>
/// <param name="Name">Which of them.</param>
/// <param name="Reply">The answer; its status is that of the action's default when none is written.</param>
public sealed record ReplyAction(string Name, ReplyModel Reply) : RuleAction(Name)
{
    /// <inheritdoc/>
    public override bool IsFinal => true;
}

/// <summary><c>redirect</c>.</summary>
/// <param name="Redirect">Where to.</param>
public sealed record RedirectAction(RedirectModel Redirect) : RuleAction("redirect")
{
    /// <inheritdoc/>
    public override bool IsFinal => true;
}

/// <summary><c>auth</c>: asks for a password.</summary>
/// <param name="Realm">What browsers show; null: the default.</param>
public sealed record AuthAction(string? Realm) : RuleAction("auth")
{
    /// <inheritdoc/>
    public override bool IsFinal => true;
}

/// <summary><c>set-header</c> and <c>add-header</c>.</summary>
/// <param name="Name">Which of them.</param>
/// <param name="Header">Name of the header.</param>
/// <param name="Value">Its value.</param>
public sealed record SetHeaderAction(string Name, LogFormat Header, LogFormat Value) : RuleAction(Name);

/// <summary><c>del-header</c>.</summary>
/// <param name="Header">Name, or a part of it.</param>
/// <param name="Method">How names are compared: exact, begin, end, substring, regex. Default exact.</param>
public sealed record DeleteHeaderAction(string Header, MatchMethod Method) : RuleAction("del-header");

/// <summary><c>replace-header</c> (whole lines) and <c>replace-value</c> (each value between commas).</summary>
/// <param name="Name">Which of them.</param>
/// <param name="Header">Name of the header.</param>
/// <param name="Regex">What is replaced.</param>
/// <param name="Value">By what; <c>\1</c> are groups.</param>
public sealed record ReplaceHeaderAction(string Name, string Header, RegexModel Regex, LogFormat Value)
    : RuleAction(Name);

/// <summary><c>set-method set-path set-pathq set-query set-uri</c>.</summary>
/// <param name="Name">Which of them.</param>
/// <param name="Value">The new text.</param>
public sealed record SetRequestLineAction(string Name, LogFormat Value) : RuleAction(Name);

/// <summary><c>replace-path replace-pathq replace-uri</c>.</summary>
/// <param name="Name">Which of them.</param>
/// <param name="Regex">What is replaced.</param>
/// <param name="Value">By what; <c>\1</c> are groups.</param>
public sealed record ReplaceRequestLineAction(string Name, RegexModel Regex, LogFormat Value) : RuleAction(Name);

/// <summary><c>set-status</c>.</summary>
/// <param name="Status">100 to 999.</param>
/// <param name="Reason">The reason phrase; null: the usual one.</param>
public sealed record SetStatusAction(int Status, string? Reason) : RuleAction("set-status");

/// <summary><c>set-var</c> and <c>set-var-fmt</c>.</summary>
/// <param name="Name">Which of them.</param>
/// <param name="Variable">Scope and name, such as "txn.host".</param>
/// <param name="Conditions">Conditions such as "ifnotset" (2.7).</param>
/// <param name="Expression">The value of <c>set-var</c>; null for the other.</param>
/// <param name="Format">The value of <c>set-var-fmt</c>; null for the other.</param>
public sealed record SetVariableAction(string Name, string Variable,
    System.Collections.Immutable.ImmutableArray<string> Conditions, SampleExpression? Expression, LogFormat? Format)
    : RuleAction(Name);

/// <summary><c>unset-var</c>.</summary>
/// <param name="Variable">Scope and name.</param>
public sealed record UnsetVariableAction(string Variable) : RuleAction("unset-var");

/// <summary><c>track-scN</c>.</summary>
/// <param name="Counter">N, 0 to 2.</param>
/// <param name="Key">What is tracked.</param>
/// <param name="Table">In which table; empty: that of the proxy.</param>
public sealed record TrackAction(int Counter, SampleExpression Key, string Table) : RuleAction("track-sc");

/// <summary><c>sc-inc-gpc sc-inc-gpc0 sc-inc-gpc1 sc-add-gpc sc-set-gpt sc-set-gpt0</c>.</summary>
/// <param name="Name">Which of them.</param>
/// <param name="Counter">The tracked entry, 0 to 2.</param>
/// <param name="Index">Index of the gpc or gpt.</param>
/// <param name="Value">A constant; null: <paramref name="Expression"/>, or 1 for counters.</param>
/// <param name="Expression">The value; null: a constant.</param>
public sealed record CounterAction(string Name, int Counter, int Index, long? Value, SampleExpression? Expression)
    : RuleAction(Name);

/// <summary><c>set-map del-map add-acl del-acl</c>.</summary>
/// <param name="Name">Which of them.</param>
/// <param name="File">The file that names the map or ACL.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value of <c>set-map</c>; null for the others.</param>
public sealed record PatternUpdateAction(string Name, string File, LogFormat Key, LogFormat? Value) : RuleAction(Name);

/// <summary><c>capture</c> and <c>tcp-request content capture</c>.</summary>
/// <param name="Expression">What is kept.</param>
/// <param name="Length">At most so many bytes, in a slot of its own; null: <paramref name="Slot"/>.</param>
/// <param name="Slot">The slot that <c>declare capture</c> made; null: one of its own.</param>
public sealed record CaptureAction(SampleExpression Expression, int? Length, int? Slot) : RuleAction("capture");

/// <summary><c>set-src set-src-port set-dst set-dst-port</c>, and <c>set-mark set-tos</c> from an expression.</summary>
/// <param name="Name">Which of them.</param>
/// <param name="Expression">The new value.</param>
public sealed record SetSampleAction(string Name, SampleExpression Expression) : RuleAction(Name);

/// <summary>
/// Actions with one word: <c>set-log-level set-nice set-tos set-mark strict-mode use-service switch-mode normalize-uri
/// set-retries pause</c>.
/// </summary>
/// <param name="Name">Which of them.</param>
/// <param name="Value">The word, checked.</param>
public sealed record SetWordAction(string Name, string Value) : RuleAction(Name);

/// <summary><c>set-priority-class</c> and <c>set-priority-offset</c>.</summary>
/// <param name="Name">Which of them.</param>
/// <param name="Expression">The value.</param>
public sealed record SetPriorityAction(string Name, SampleExpression Expression) : RuleAction(Name);

/// <summary><c>set-timeout</c>.</summary>
/// <param name="Timeout">server, tunnel or client.</param>
/// <param name="Milliseconds">A constant; null: <paramref name="Expression"/>.</param>
/// <param name="Expression">The value in milliseconds; null: a constant.</param>
public sealed record SetTimeoutAction(string Timeout, long? Milliseconds, SampleExpression? Expression)
    : RuleAction("set-timeout");

/// <summary><c>wait-for-body</c>.</summary>
/// <param name="Milliseconds">At most so long.</param>
/// <param name="AtLeast">Bytes that are enough; null: the whole body or a full buffer.</param>
public sealed record WaitForBodyAction(long Milliseconds, long? AtLeast) : RuleAction("wait-for-body");

/// <summary><c>early-hint</c>.</summary>
/// <param name="Header">Name of the header of the 103 response.</param>
/// <param name="Value">Its value.</param>
public sealed record EarlyHintAction(string Header, LogFormat Value) : RuleAction("early-hint");

/// <summary>
/// A rule of the reqrep family: the regular expression is matched against each line of the header block, the request or
/// status line first.
/// </summary>
/// <param name="Name">
/// The word, without the i that ignores case: reqadd, reqdel, reqrep, reqallow, reqdeny, reqpass, reqtarpit, rspadd,
/// rspdel, rsprep, rspdeny.
/// </param>
/// <param name="Regex">What a line must match; null for reqadd and rspadd.</param>
/// <param name="Text">The new line of reqrep and rsprep (<c>\1</c> are groups), or the line that is added; else
/// empty.</param>
public sealed record OldLineAction(string Name, RegexModel? Regex, string Text) : RuleAction(Name);

/// <summary>An action that is kept as words, because its class is a later one.</summary>
/// <param name="Statement">The words.</param>
public sealed record OtherAction(GenericStatement Statement) : RuleAction(Statement.Keyword);
