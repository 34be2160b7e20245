using Holdfast.Balancing.Algorithms;
using Holdfast.Balancing.Hashing;
using Holdfast.Balancing.Keys;
using Holdfast.Balancing.Servers;
using Holdfast.Balancing.Tests.Original;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Tests.Algorithms;

/// <summary>Every way of hashing, beside the original.</summary>
public sealed class HashParityTests
{
    private const int Requests = 1_000;
    private static readonly int[][] WeightSets = [[1, 1, 1], [10, 20, 30, 40, 50], [3, 100, 7, 256]];

    public static TheoryData<string, string, HashFunction> Methods()
    {
        var data = new TheoryData<string, string, HashFunction>();
        foreach (string lookup in (string[])["map-based", "consistent"])
        {
            foreach (string avalanche in (string[])["", "avalanche"])
            {
                foreach (HashFunction function in
                    (HashFunction[])[HashFunction.Sdbm, HashFunction.Djb2, HashFunction.Wt6, HashFunction.Crc32])
                {
                    data.Add(lookup, avalanche, function);
                }
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void HashType_UriAndHeader_AreTheOriginals(string lookup, string avalanche, HashFunction function)
    {
        string type = $"hash-type {lookup} {function.ToString().ToLowerInvariant()} {avalanche}";
        HashMethod method = new(function, avalanche.Length > 0);
        var header = new HeaderKey(UsesDomainOnly: false);
        var uri = new UriKey();
        Compare(
            [
                new("balance uri", type, method, r => uri.Of(method, Targets.Bytes(r.Target))),
                new("balance hdr(x-key)", type, method, r => Targets.Header(r) is { } value
                    ? header.Of(method, Targets.Bytes(value)) : HashKey.None),
            ],
            Algorithm(lookup));
    }

    [Theory]
    [InlineData("map-based")]
    [InlineData("consistent")]
    public void Keys_EveryForm_AreTheOriginals(string lookup)
    {
        string type = $"hash-type {lookup}";
        HashMethod method = lookup == "consistent" ? HashMethod.ConsistentDefault : HashMethod.MapBasedDefault;
        Question Uri(string words, UriKey key)
            => new($"balance uri {words}", type, method, r => key.Of(method, Targets.Bytes(r.Target)));
        var parameter = new UrlParameterKey("user"u8.ToArray());
        var domain = new HeaderKey(UsesDomainOnly: true);
        Compare(
            [
                Uri("whole", new UriKey { IsWhole = true }),
                Uri("len 7", new UriKey { MaxLength = 7 }),
                Uri("depth 1", new UriKey { Depth = 1 }),
                Uri("depth 2", new UriKey { Depth = 2 }),
                Uri("len 9 depth 2", new UriKey { MaxLength = 9, Depth = 2 }),
                Uri("whole depth 2", new UriKey { IsWhole = true, Depth = 2 }),
                Uri("path-only", new UriKey { IsPathOnly = true }),
                Uri("path-only depth 1", new UriKey { IsPathOnly = true, Depth = 1 }),
                new("balance url_param user", type, method, r => parameter.Of(method, Targets.Bytes(r.Target))),
                new("balance hdr(x-key) use_domain_only", type, method, r => Targets.Header(r) is { } value
                    ? domain.Of(method, Targets.Bytes(value)) : HashKey.None),
                new("balance source", type, method, r => SourceKey.Of(method, Targets.Source(r))),
            ],
            Algorithm(lookup));
    }

    [Theory]
    [InlineData("map-based")]
    [InlineData("consistent")]
    public void UrlParameter_OfABody_IsTheOriginals(string lookup)
    {
        HashMethod method = lookup == "consistent" ? HashMethod.ConsistentDefault : HashMethod.MapBasedDefault;
        var parameter = new UrlParameterKey("user"u8.ToArray());
        Compare(
            [
                new("balance url_param user check_post", $"hash-type {lookup}", method, r =>
                {
                    HashKey key = parameter.Of(method, Targets.Bytes(r.Target));
                    return key.HasValue || r.Body is null ? key : parameter.OfBody(method, Targets.Bytes(r.Body));
                })
                {
                    Extra = "option http-buffer-request",
                    Requests = Targets.Posts(Requests),
                },
            ],
            Algorithm(lookup));
    }

    private static BalanceAlgorithm Algorithm(string lookup)
        => lookup == "consistent" ? BalanceAlgorithm.ConsistentHash : BalanceAlgorithm.MapHash;

    private static void Compare(Question[] questions, BalanceAlgorithm algorithm)
    {
        List<(Question Question, BackendSpec Spec)> all = [];
        foreach (Question question in questions)
        {
            foreach (int[] weights in WeightSets)
            {
                all.Add((question, new($"b{all.Count}", new() { Algorithm = algorithm }, BackendSpec.Weighted(weights))
                {
                    Lines = [question.Balance, question.HashType, question.Extra],
                }));
            }
        }
        using var haproxy = new Haproxy(string.Concat(all.Select(static a => a.Spec.Text())));
        using var asker = new HttpAsker(haproxy);
        foreach ((Question question, BackendSpec spec) in all)
        {
            Ask[] asks = question.Requests ?? Targets.Random(Requests);
            ServerPool pool = spec.Pool();
            var random = new Random(BackendSpec.Seed + all.Count);
            var events = new List<string>();
            foreach (Ask[] part in asks.Chunk(Requests / 10))
            {
                List<string> original = asker.Ask(spec.Name, part);
                for (int index = 0; index < part.Length; index++)
                {
                    // With one usable server neither URI nor header are looked for.
                    bool looks = pool.NeedsKey || question.Balance.Split(' ', '(')[1] is not ("uri" or "hdr");
                    string ours = Choose(pool, looks ? question.Key(part[index]) : HashKey.Of(0));
                    Assert.True(original[index] == ours, $"{spec.Text()}\n{part[index]} {string.Join('|',
                        part[index].Headers)} {part[index].Body}\n{string.Join('\n', events)}\n"
                        + $"original {original[index]}, ours {ours}");
                }
                events.Add(ServerEvent.Random(random, pool).Apply(haproxy, spec, pool));
            }
        }
    }

    private static string Choose(ServerPool pool, HashKey key)
    {
        SelectionResult result = pool.Select(new Selection { Key = key, Now = MonotonicTime.Zero });
        return result.Server?.Settings.Name ?? "503";
    }

    private sealed record Question(string Balance, string HashType, HashMethod Method, Func<Ask, HashKey> Key)
    {
        internal string Extra { get; init; } = "# nothing else";

        internal Ask[]? Requests { get; init; }
    }
}
