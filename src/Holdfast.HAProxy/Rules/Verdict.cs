namespace Holdfast.HAProxy.Rules;

/// <summary>What a list of rules has decided; the session carries it out.</summary>
public enum VerdictKind : byte
{
    /// <summary>Nothing: the next rule, and after the last one the next step.</summary>
    Continue,

    /// <summary>This list ends here (allow, accept); all others are still run.</summary>
    Allow,

    /// <summary>Data is missing: run the list again from <see cref="Verdict.Rule"/> when more has come, or at the end
    /// of inspect-delay with <see cref="Samples.RequestContext.IsFinal"/>.</summary>
    Wait,

    /// <summary>Send <see cref="Verdict.Reply"/>, and end. Logged as a deny (PR, or PH from the response).</summary>
    Deny,

    /// <summary>As deny, after <c>timeout tarpit</c> (PT).</summary>
    Tarpit,

    /// <summary>Send <see cref="Verdict.Reply"/>: return, auth (LR).</summary>
    Reply,

    /// <summary>Send <see cref="Verdict.Redirect"/> (LR).</summary>
    Redirect,

    /// <summary>Close without an answer (reject, close).</summary>
    Reject,

    /// <summary>Forget the connection without telling the client.</summary>
    SilentDrop,

    /// <summary>An edit could not be done: 500 in requests, 502 in responses.</summary>
    Failed,

    /// <summary>What came is no good request: 400 (normalize-uri strict).</summary>
    Malformed,

    /// <summary>Wait for the body: <see cref="Verdict.Number"/> milliseconds, then go on behind the rule.</summary>
    WaitForBody,

    /// <summary>Wait <see cref="Verdict.Number"/> milliseconds, then go on behind the rule (pause).</summary>
    Pause,

    /// <summary>Go over to HTTP (switch-mode).</summary>
    SwitchToHttp,

    /// <summary>Read the PROXY protocol first (expect-proxy).</summary>
    ExpectProxy,

    /// <summary>Answer by a service of our own (use-service): metrics.</summary>
    Service,
}

/// <summary>A decision.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Reply">The answer of Deny, Tarpit and Reply.</param>
/// <param name="Redirect">The answer of Redirect.</param>
/// <param name="Number">A time, where the kind has one.</param>
/// <param name="Rule">Index of the rule that decided, within its list.</param>
public readonly record struct Verdict(
    VerdictKind Kind, CompiledReply? Reply = null, CompiledRedirect? Redirect = null, long Number = 0, int Rule = -1)
{
    /// <summary>Nothing was decided.</summary>
    public static Verdict Continue => default;
}
