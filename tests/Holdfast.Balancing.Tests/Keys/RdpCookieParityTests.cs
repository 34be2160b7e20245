using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Holdfast.Balancing.Algorithms;
using Holdfast.Balancing.Hashing;
using Holdfast.Balancing.Keys;
using Holdfast.Balancing.Servers;
using Holdfast.Balancing.Tests.Original;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Tests.Keys;

/// <summary>Remote desktop connections beside the original, which counts them for each server.</summary>
public sealed class RdpCookieParityTests
{
    private const int Connections = 200;

    [Theory]
    [InlineData("map-based")]
    [InlineData("consistent")]
    public void RdpCookie_Connections_GoWhereTheOriginalSendsThem(string lookup)
    {
        bool isConsistent = lookup == "consistent";
        ServerSettings[] servers = BackendSpec.Weighted(1, 2, 3);
        var pool = new ServerPool(servers, new()
        {
            Algorithm = isConsistent ? BalanceAlgorithm.ConsistentHash : BalanceAlgorithm.MapHash,
        });
        using var haproxy = new Haproxy(Text(lookup));
        var key = new RdpCookieKey("mstshash"u8.ToArray());
        HashMethod method = isConsistent ? HashMethod.ConsistentDefault : HashMethod.MapBasedDefault;
        var random = new Random(2);
        Dictionary<string, int> before = haproxy.Column("rdp", "stot");
        for (int connection = 1; connection <= Connections; connection++)
        {
            byte[] packet = Packet(random);
            string ours = pool.Select(new Selection { Key = key.Of(method, packet), Now = MonotonicTime.Zero })
                .Server!.Settings.Name;
            Send(haproxy, packet);
            Dictionary<string, int> after = Counted(haproxy, connection);
            string original = servers.Select(static s => s.Name).Single(name => after[name] == before[name] + 1);
            Assert.True(original == ours, $"{Encoding.Latin1.GetString(packet)}: original {original}, ours {ours}");
            before = after;
        }
    }

    private static string Text(string lookup)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"""
            listen rdp
              mode tcp
              bind unix@@DIRECTORY@/rdp
              tcp-request inspect-delay 60s
              tcp-request content accept if {"{ req.len gt 11 }"}
              balance rdp-cookie(mstshash)
              hash-type {lookup}

            """));
        for (int server = 1; server <= 3; server++)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  server s{server} unix@@DIRECTORY@/r{server} weight {server}\n");
        }
        for (int server = 1; server <= 3; server++)
        {
            text.Append(CultureInfo.InvariantCulture, $"""
                frontend r{server}
                  mode tcp
                  bind unix@@DIRECTORY@/r{server}
                  tcp-request connection reject

                """);
        }
        return text.ToString();
    }

    /// <summary>A connection request: TPKT, X.224, and mostly a cookie.</summary>
    private static byte[] Packet(Random random)
    {
        string user = random.Next(9) switch
        {
            0 => "no cookie at all\r\n",
            1 => $"Cookie: other=u{random.Next(100)}\r\n",
            2 => $"cookie:    MSTSHASH=u{random.Next(100)}\r\n",
            3 => "Cookie: mstshash=\r\n",
            4 => $"Cookie:mstshash=u{random.Next(100)}\r\nmore",
            _ => $"Cookie: mstshash=u{random.Next(100)}\r\n",
        };
        byte[] begin = [3, 0, 0, (byte)(11 + user.Length), (byte)(6 + user.Length), 0xE0, 0, 0, 0, 0, 0];
        return [.. begin, .. Encoding.ASCII.GetBytes(user)];
    }

    /// <summary>Sends, and waits until the server's refusal has come through.</summary>
    private static void Send(Haproxy haproxy, byte[] packet)
    {
        using Socket socket = haproxy.Connect("rdp");
        try
        {
            socket.Send(packet);
            byte[] buffer = new byte[16];
            while (socket.Receive(buffer) > 0)
            {
                Thread.Yield();
            }
        }
        catch (SocketException error)
            when (error.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            // A reset ends the connection as well.
        }
    }

    private static Dictionary<string, int> Counted(Haproxy haproxy, int total)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            Dictionary<string, int> counts = haproxy.Column("rdp", "stot");
            if (counts.Where(static c => c.Key != "BACKEND").Sum(static c => c.Value) >= total)
            {
                return counts;
            }
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "the connection is not counted");
        }
    }
}
