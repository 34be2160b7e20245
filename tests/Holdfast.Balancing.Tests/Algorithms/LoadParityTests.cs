using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Holdfast.Balancing.Algorithms;
using Holdfast.Balancing.Hashing;
using Holdfast.Balancing.Queues;
using Holdfast.Balancing.Servers;
using Holdfast.Balancing.Tests.Original;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Tests.Algorithms;

/// <summary>Requests that stay open: limits, queues and who gets a free slot, beside the original.</summary>
public sealed class LoadParityTests
{
    private const int Operations = 150;

    public static TheoryData<string, int> Backends()
    {
        var data = new TheoryData<string, int>();
        string[] words = ["roundrobin", "static-rr", "leastconn", "first", "hash", "bounded", "map"];
        foreach (string word in words)
        {
            data.Add(word, 0);
            data.Add(word, 3);
        }
        data.Add("moving", 6);
        return data;
    }

    /// <summary>Each step opens a request, or ends one that a server has; then both have the same counts.</summary>
    [Theory]
    [MemberData(nameof(Backends))]
    public void OpenRequests_SlotsAndQueues_AreTheOriginals(string kind, int limit)
    {
        BackendSpec spec = Spec(kind, limit);
        using var haproxy = new Haproxy(spec.Text());
        using var both = new OpenRequests(haproxy, spec);
        var random = new Random(BackendSpec.Seed + limit + 17);
        for (int step = 0; step < Operations; step++)
        {
            // Open requests grow to about twenty, so that limits are reached, then fall and rise.
            bool opens = both.Count == 0 || random.Next(20 + both.Count) < 20;
            if (opens)
            {
                string? sticky = limit > 0 && kind is not "hash" and not "map" and not "bounded"
                    && random.Next(4) == 0 ? $"s{random.Next(1, 5)}" : null;
                both.Open(random.Next(100_000), sticky);
            }
            else
            {
                both.End(random);
            }
        }
    }

    private static BackendSpec Spec(string kind, int limit)
    {
        BalanceSettings balance = new()
        {
            Algorithm = kind switch
            {
                "static-rr" => BalanceAlgorithm.StaticRoundRobin,
                "leastconn" => BalanceAlgorithm.LeastConnections,
                "first" => BalanceAlgorithm.First,
                "hash" or "bounded" => BalanceAlgorithm.ConsistentHash,
                "map" => BalanceAlgorithm.MapHash,
                _ => BalanceAlgorithm.RoundRobin,
            },
            HashBalanceFactor = kind == "bounded" ? 130 : 0,
            FullConnections = kind == "moving" ? 30 : 0,
        };
        string[] lines = kind switch
        {
            "hash" => ["balance hdr(x-key)", "hash-type consistent"],
            "bounded" => ["balance hdr(x-key)", "hash-type consistent", "hash-balance-factor 130"],
            "map" => ["balance hdr(x-key)"],
            "moving" => ["balance roundrobin"],
            _ => [$"balance {kind}"],
        };
        ServerSettings[] servers = [.. BackendSpec.Weighted(1, 2, 3, 4).Select((s, i) => s with
        {
            MaxConnections = limit == 0 ? 0 : limit + i,
            MinConnections = kind == "moving" ? 1 : 0,
        })];
        string[] uses = [.. servers.Select(static s => $"use-server {s.Name} if {{ hdr(x-use) {s.Name} }}")];
        return new("b", balance, servers) { Lines = [.. lines, .. uses] };
    }
}

/// <summary>Open requests of both.</summary>
internal sealed class OpenRequests(Haproxy haproxy, BackendSpec spec) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ServerPool _pool = spec.Pool();
    private readonly Dictionary<long, Socket> _sockets = [];
    private readonly SortedDictionary<long, BalancedServer> _running = [];
    private readonly List<string> _history = [];
    private AdmissionQueue? _queue;
    private long _last;

    internal int Count => _sockets.Count;

    private AdmissionQueue Queue => _queue ??= new(_pool, capacity: 1000);

    internal void Open(int key, string? sticky)
    {
        AwaitNextMillisecond();
        long id = ++_last;
        MonotonicTime now = new(id * 1_000_000);
        Socket socket = haproxy.Connect("front");
        _sockets.Add(id, socket);
        var text = new StringBuilder();
        HttpAsker.Write(text, spec.Name, new Ask("/hold")
        {
            Method = "POST",
            Headers = [$"x-key: {key}", $"x-use: {sticky}", "Content-Length: 1"],
        });
        socket.Send(Encoding.ASCII.GetBytes(text.ToString()));

        _pool.Enter();
        bool hashes = spec.Balance.Algorithm is BalanceAlgorithm.ConsistentHash or BalanceAlgorithm.MapHash;
        HashMethod method = spec.Balance.Algorithm == BalanceAlgorithm.ConsistentHash
            ? HashMethod.ConsistentDefault : HashMethod.MapBasedDefault;
        byte[] bytes = Encoding.ASCII.GetBytes(key.ToString(CultureInfo.InvariantCulture));
        BalancedServer? server = sticky is null
            ? _pool.Select(new Selection { Key = hashes ? method.Hash(bytes) : HashKey.None, Now = now }).Server
            : _pool.Servers.Single(s => s.Settings.Name == sticky);
        AdmissionResult result = server is null
            ? Queue.AdmitAnywhere(default, id, now) : Queue.Admit(server, default, id, now);
        Assert.True(result.Outcome is AdmissionOutcome.Admitted or AdmissionOutcome.Queued);
        if (result.Server is { } admitted)
        {
            _running.Add(id, admitted);
        }
        Compare($"open {id} key {key} {sticky} -> {server?.Settings.Name ?? "any"} {result.Outcome}");
    }

    internal void End(Random random)
    {
        (long id, BalancedServer server) = _running.ElementAt(random.Next(_running.Count));
        using (Socket socket = _sockets[id])
        {
            byte[] buffer = new byte[4096];
            socket.Send("x"u8);
            string answer = "";
            while (!answer.Contains("\r\n\r\ns", StringComparison.Ordinal))
            {
                int count = socket.Receive(buffer);
                Assert.True(count > 0, $"closed: {answer}\n{string.Join('\n', _history.TakeLast(8))}");
                answer += Encoding.ASCII.GetString(buffer, 0, count);
            }
            Assert.EndsWith(server.Settings.Name, answer, StringComparison.Ordinal);
        }
        _sockets.Remove(id);
        _running.Remove(id);
        _pool.Release(server);
        MonotonicTime now = new(_last * 1_000_000);
        while (Queue.TryDequeue(server, now, out long owner))
        {
            _running.Add(owner, server);
        }
        _pool.Leave();
        Compare($"end {id} of {server.Settings.Name}");
    }

    public void Dispose()
    {
        foreach (Socket socket in _sockets.Values)
        {
            socket.Dispose();
        }
    }

    /// <summary>The original orders waiting requests by milliseconds; of one millisecond the server's own goes first.
    /// </summary>
    private static void AwaitNextMillisecond()
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < TimeSpan.FromMilliseconds(3))
        {
            Thread.Yield();
        }
    }

    /// <summary>The original needs a moment for what it was told; then its counts are ours.</summary>
    private void Compare(string what)
    {
        string ours = string.Join(' ', _pool.Servers.Select(static s => $"{s.Settings.Name}={s.Served}+{s.Queued}"))
            + $" waiting {Queue.Waiting}";
        _history.Add($"{what}: {ours}");
        var waited = Stopwatch.StartNew();
        while (true)
        {
            Dictionary<string, int> served = haproxy.Column(spec.Name, "scur");
            Dictionary<string, int> queued = haproxy.Column(spec.Name, "qcur");
            int waiting = queued["BACKEND"];
            string original = string.Join(' ', _pool.Servers.Select(
                s => $"{s.Settings.Name}={served[s.Settings.Name]}+{queued[s.Settings.Name]}")) + $" waiting {waiting}";
            if (original == ours)
            {
                return;
            }
            Assert.True(waited.Elapsed < Patience,
                $"{spec.Text()}\n{string.Join('\n', _history.TakeLast(10))}\noriginal: {original}");
            Thread.Yield();
        }
    }
}
