using System.Collections.Immutable;
using Holdfast.Balancing.Algorithms;
using Holdfast.Balancing.Keys;
using Holdfast.Balancing.Retries;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Patterns;
using Holdfast.HAProxy.Rules;
using CookieSettings = Holdfast.Balancing.Persistence.CookieSettings;

namespace Holdfast.Proxy.Programs;

/// <summary>What a backend does with requests, compiled once for all loops. Immutable.</summary>
/// <param name="rules">What it has in common with frontends.</param>
public sealed class BackendProgram(ProxyRules rules)
{
    /// <summary>Rules, options, pages.</summary>
    public ProxyRules Rules { get; } = rules;

    /// <summary>How it balances. Default: by turns.</summary>
    public BalanceSettings Balance { get; internal init; } = new();

    /// <summary>What requests are hashed by; null: the algorithm needs nothing.</summary>
    public BalanceKey? Key { get; internal init; }

    /// <summary>How many may wait for a server that a client's request prefers; negative: any number. Default.
    /// </summary>
    public int KeepAliveQueueMax { get; internal init; } = -1;

    /// <summary>What is tried again.</summary>
    public RetrySettings Retry { get; internal init; } = new();

    /// <summary><c>cookie</c>; null: none.</summary>
    public CookieSettings? Cookie { get; internal init; }

    /// <summary>Whether <c>cookie</c> names no mode: the server's is watched only.</summary>
    public bool IsCookiePassive { get; internal init; }

    /// <summary><c>use-server</c>; null: none.</summary>
    public CompiledChoices? UseServer { get; internal init; }

    /// <summary><c>force-persist</c>: any of them forces.</summary>
    public ImmutableArray<CompiledCondition> ForcePersist { get; internal init; } = [];

    /// <summary><c>ignore-persist</c>: any of them ignores.</summary>
    public ImmutableArray<CompiledCondition> IgnorePersist { get; internal init; } = [];

    /// <summary><c>http-send-name-header</c>; null: none.</summary>
    public byte[]? SendNameHeader { get; internal init; }

    /// <summary><c>stick</c> rules, in order.</summary>
    public ImmutableArray<CompiledStickRule> StickRules { get; internal init; } = [];

    /// <summary><c>persist rdp-cookie</c>; null: off.</summary>
    internal RdpCookieKey? PersistRdpCookie { get; init; }

    /// <summary>Whether a server is asked for a name (SNI) that each request or connection has by itself.</summary>
    internal bool NamesServers { get; init; }

    /// <inheritdoc cref="FrontendProgram.NamesOwnEnd"/>
    internal bool NamesOwnEnd { get; init; }

    /// <summary>Whether each request needs a context.</summary>
    internal bool NeedsContext { get; init; }

    /// <summary>A program that only balances.</summary>
    /// <param name="name">The backend's name.</param>
    /// <param name="retry">What is tried again; null: what haproxy.cfg's defaults say.</param>
    public static BackendProgram Plain(string name, RetrySettings? retry = null)
        => new(ProxyRules.None(name)) { Retry = retry ?? new() };

    /// <summary>Whether an option is on.</summary>
    internal bool Has(ProxyOptions option) => Rules.Has(option);
}
