using System.Collections.Frozen;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Rules;
using Holdfast.HAProxy.Samples;

namespace Holdfast.Proxy.Programs;

/// <summary>What frontends and backends have in common, compiled once for all loops. Immutable.</summary>
/// <remarks>
/// The two halves of a <c>listen</c> share one object, which is how a session knows that rules have run already.
/// </remarks>
public sealed class ProxyRules
{
    /// <summary>Rules that do nothing, of a proxy without a file.</summary>
    /// <param name="name">Its name.</param>
    public static ProxyRules None(string name)
        => new(new ProxyIdentity(name, 0), static _ => null);

    internal ProxyRules(ProxyIdentity identity, Func<RuleSet, CompiledRules?> compile)
    {
        Identity = identity;
        TcpConnection = compile(RuleSet.TcpConnection);
        TcpSession = compile(RuleSet.TcpSession);
        TcpContent = compile(RuleSet.TcpContent);
        TcpResponse = compile(RuleSet.TcpResponse);
        HttpRequest = compile(RuleSet.HttpRequest);
        HttpResponse = compile(RuleSet.HttpResponse);
        HttpAfterResponse = compile(RuleSet.HttpAfterResponse);
    }

    /// <summary>Name and number of the proxy.</summary>
    public ProxyIdentity Identity { get; }

    /// <summary><c>tcp-request connection</c>; null: none, as of all of these.</summary>
    public CompiledRules? TcpConnection { get; }

    /// <summary><c>tcp-request session</c>.</summary>
    public CompiledRules? TcpSession { get; }

    /// <summary><c>tcp-request content</c>.</summary>
    public CompiledRules? TcpContent { get; }

    /// <summary><c>tcp-response content</c>.</summary>
    public CompiledRules? TcpResponse { get; }

    /// <summary><c>http-request</c>.</summary>
    public CompiledRules? HttpRequest { get; }

    /// <summary><c>redirect</c> lines, behind those.</summary>
    public CompiledRules? Redirects { get; internal init; }

    /// <summary><c>stats</c>, behind those; null: no page.</summary>
    public StatisticsRule? Page { get; internal init; }

    /// <summary><c>http-response</c>.</summary>
    public CompiledRules? HttpResponse { get; }

    /// <summary><c>http-after-response</c>.</summary>
    public CompiledRules? HttpAfterResponse { get; }

    /// <summary><c>tcp-request inspect-delay</c> in milliseconds. Default 0.</summary>
    public long RequestInspectDelay { get; internal init; }

    /// <summary><c>tcp-response inspect-delay</c> in milliseconds. Default 0.</summary>
    public long ResponseInspectDelay { get; internal init; }

    /// <summary>Options that are only on or off.</summary>
    public ProxyOptions Options { get; internal init; }

    /// <summary>What becomes of connections after a request. Default: kept.</summary>
    public ConnectionMode ConnectionMode { get; internal init; }

    /// <summary>Pages by status that replace the built-in ones.</summary>
    public FrozenDictionary<int, ErrorPage> ErrorPages { get; internal init; }
        = FrozenDictionary<int, ErrorPage>.Empty;

    /// <summary><c>option forwardfor</c>; null: off.</summary>
    public ForwardedForModel? ForwardedFor { get; internal init; }

    /// <summary><c>option originalto</c>; null: off.</summary>
    public ForwardedForModel? OriginalTo { get; internal init; }

    /// <summary>Spelling of names towards clients (h1-case-adjust-bogus-client); null: lower case.</summary>
    public HeaderCases? ClientCases { get; internal init; }

    /// <summary>Spelling of names towards servers (h1-case-adjust-bogus-server); null: lower case.</summary>
    public HeaderCases? ServerCases { get; internal init; }

    /// <summary><c>compression</c>; null: none.</summary>
    public CompressionProgram? Compression { get; internal init; }

    /// <summary>Whether an option is on.</summary>
    public bool Has(ProxyOptions option) => (Options & option) != 0;

    /// <summary>Whether a request cannot pass it without a context: rules look at it, or change it.</summary>
    internal bool NeedsContext
        => (TcpConnection ?? TcpSession ?? TcpContent ?? TcpResponse ?? HttpRequest ?? Redirects) is not null
        || (HttpResponse ?? HttpAfterResponse) is not null
        || Page is not null || ErrorPages.Values.Any(static page => page.Message is null);
}
