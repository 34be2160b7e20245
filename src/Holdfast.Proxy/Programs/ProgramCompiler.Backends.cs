using Holdfast.Balancing.Algorithms;
using Holdfast.Balancing.Hashing;
using Holdfast.Balancing.Keys;
using Holdfast.Balancing.Retries;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Patterns;
using Holdfast.HAProxy.Rules;
using Holdfast.HAProxy.Samples;
using CookieModes = Holdfast.Balancing.Persistence.CookieMode;
using ModelModes = Holdfast.Config.HAProxy.Model.CookieMode;

namespace Holdfast.Proxy.Programs;

// What only backends have: balancing, persistence, retries.
internal sealed partial class ProgramCompiler
{
    internal BackendProgram Backend(ProxyModel proxy, int fullConnections)
    {
        environment.CurrentProxy = proxy.Name;
        environment.NamesOwnEnd = false;
        ProxyRules rules = Rules(proxy);
        BalanceKey? key = null;
        if (TryCompile(proxy.Balance.Span ?? proxy.Span,
            () => BalanceKeys.Compile(proxy.Balance, MethodOf(proxy.HashType), environment) ?? (static _ => default),
            out BalanceKey? compiled) && IsHash(proxy.Balance))
        {
            key = compiled;
        }
        CompiledChoices? useServer = Choices(proxy.UseServer.Select(static c => (c.Name, c.Condition, c.Span)));
        var force = Conditions(proxy.ForcePersist);
        var ignore = Conditions(proxy.IgnorePersist);
        return new BackendProgram(rules)
        {
            Balance = new BalanceSettings
            {
                Algorithm = AlgorithmOf(proxy),
                Draws = proxy.Balance.Draws,
                HashBalanceFactor = proxy.HashBalanceFactor,
                UsesAllBackups = rules.Has(ProxyOptions.AllBackups),
                FullConnections = fullConnections,
            },
            Key = key,
            KeepAliveQueueMax = proxy.KeepAliveQueueMax,
            Retry = RetryOf(proxy),
            Cookie = proxy.Cookie is { } cookie ? CookieOf(cookie) : null,
            IsCookiePassive = proxy.Cookie?.Mode == ModelModes.Passive,
            UseServer = useServer,
            ForcePersist = force,
            IgnorePersist = ignore,
            SendNameHeader = proxy.SendNameHeader is { } header ? ByteText.ToBytes(header) : null,
            StickRules = [.. proxy.StickRules.Select(rule => Stick(proxy, rule)).OfType<CompiledStickRule>()],
            PersistRdpCookie = proxy.PersistRdpCookie is { } rdp ? new RdpCookieKey(ByteText.ToBytes(rdp)) : null,
            NamesOwnEnd = environment.NamesOwnEnd,
            NamesServers = proxy.Servers.Any(HAProxy.TlsTranslator.HasOwnName),
            NeedsContext = proxy.Servers.Any(server => HAProxy.TlsTranslator.HasOwnName(server)
                || (server.Source ?? proxy.Source)?.Field is not null) || rules.NeedsContext
                || key is not null || useServer is not null || proxy.Cookie is not null
                || !force.IsEmpty || !ignore.IsEmpty || proxy.ForwardedFor is not null || proxy.OriginalTo is not null
                || !proxy.StickRules.IsEmpty,
        };
    }

    private CompiledStickRule? Stick(ProxyModel proxy, StickRuleModel rule)
        => TryCompile(rule.Span, () => new CompiledStickRule(rule.Matches, rule.StoresRequest, rule.StoresResponse,
            SampleCompiler.Compile(rule.Key, environment), rule.Table.Length > 0 ? rule.Table : proxy.Name,
            rule.Condition is { } condition ? new CompiledCondition(condition, environment) : null),
            out CompiledStickRule? compiled) ? compiled : null;

    /// <summary>What a frontend without servers does with requests that it does not answer itself.</summary>
    internal BackendProgram WithoutServers(ProxyModel frontend) => new(Rules(frontend));

    private static bool IsHash(BalanceModel balance)
        => balance.Algorithm is "source" or "uri" or "url_param" or "hdr" or "rdp-cookie" or "hash";

    private static BalanceAlgorithm AlgorithmOf(ProxyModel proxy) => proxy.Balance.Algorithm switch
    {
        "static-rr" => BalanceAlgorithm.StaticRoundRobin,
        "leastconn" => BalanceAlgorithm.LeastConnections,
        "first" => BalanceAlgorithm.First,
        "random" => BalanceAlgorithm.Random,
        _ when IsHash(proxy.Balance) => proxy.HashType.IsConsistent
            ? BalanceAlgorithm.ConsistentHash : BalanceAlgorithm.MapHash,
        _ => BalanceAlgorithm.RoundRobin,
    };

    private static HashMethod MethodOf(HashTypeModel type) => new(
        type.Function switch
        {
            "djb2" => HashFunction.Djb2,
            "wt6" => HashFunction.Wt6,
            "crc32" => HashFunction.Crc32,
            "none" => HashFunction.None,
            _ => HashFunction.Sdbm,
        },
        type.HasAvalanche);

    private static RetrySettings RetryOf(ProxyModel proxy) => new()
    {
        Retries = proxy.Retries,
        RetryOn = proxy.RetryOn.Aggregate(RetryCauses.None, static (all, word) => all | CauseOf(word)),
        Redispatches = proxy.Redispatch is not null,
        RedispatchInterval = proxy.Redispatch ?? -1,
        ConnectTimeout = proxy.Timeouts.Connect is { } connect ? TimeSpan.FromMilliseconds(connect) : null,
    };

    private static RetryCauses CauseOf(string word) => word switch
    {
        "none" => RetryCauses.None,
        "conn-failure" => RetryCauses.ConnectionFailure,
        "empty-response" => RetryCauses.EmptyResponse,
        "junk-response" => RetryCauses.JunkResponse,
        "response-timeout" => RetryCauses.ResponseTimeout,
        "0rtt-rejected" => RetryCauses.EarlyDataRejected,
        "all-retryable-errors" => RetryCauses.AllRetryable,
        _ => int.TryParse(word, out int status) ? RetryRules.CauseOf(status) : RetryCauses.None,
    };

    private static Balancing.Persistence.CookieSettings CookieOf(CookieModel cookie) => new()
    {
        Name = cookie.Name,
        Mode = cookie.Mode switch
        {
            ModelModes.Insert => CookieModes.Insert,
            ModelModes.Prefix => CookieModes.Prefix,
            _ => CookieModes.Rewrite,
        },
        IsIndirect = cookie.IsIndirect,
        IsNoCache = cookie.PreventsCaching,
        IsPostOnly = cookie.OnlyAfterPost,
        IsPreserved = cookie.PreservesServers,
        IsHttpOnly = cookie.IsHttpOnly,
        IsSecure = cookie.IsSecure,
        Domains = cookie.Domains,
        Attributes = cookie.Attributes,
        MaxIdle = cookie.MaxIdle > 0 ? TimeSpan.FromSeconds(cookie.MaxIdle) : null,
        MaxLife = cookie.MaxLife > 0 ? TimeSpan.FromSeconds(cookie.MaxLife) : null,
    };
}
