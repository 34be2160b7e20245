using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using Holdfast.Linux.Compression;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Compression;

/// <summary>Responses that are compressed on their way.</summary>
public sealed class CompressionTests
{
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10\r\n\r\n0123456789";

    [Theory]
    [InlineData("GET /own", "gzip, deflate", "deflate")]
    [InlineData("GET /own", "gzip", null)]
    [InlineData("GET /", "gzip", null)]
    [InlineData("GET /same", "gzip", "gzip")]
    public void Response_OfABackendWithItsOwnWords_FollowsThose(string line, string accepted, string? coding)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Load(TransportChoice.Epoll, $"""
            frontend f
             bind 127.0.0.1:80
             compression algo gzip
             compression type image/png
             use_backend own if {"{"} path /own {"}"}
             use_backend same if {"{"} path /same {"}"}
             default_backend be
            backend own
             compression algo deflate
             compression type text/html
             server s1 127.0.0.1:{server.Port}
            backend same
             compression type text/html
             server s1 127.0.0.1:{server.Port}
            backend be
             filter compression
             compression offload
             server s1 127.0.0.1:{server.Port}

            """);
        using Socket client = proxy.Connect();
        client.SendText($"{line} HTTP/1.1\r\nHost: h\r\nAccept-Encoding: {accepted}\r\nConnection: close\r\n\r\n");
        using Socket accepting = server.Accept();
        string request = accepting.ReceiveHead();
        Assert.Equal(line != "GET /", request.Contains("accept-encoding", StringComparison.Ordinal));
        accepting.SendText(Answer);
        string response = client.ReceiveAll();
        Assert.Equal(
            coding is not null, response.Contains($"content-encoding: {coding}\r\n", StringComparison.Ordinal));
        Assert.Equal(coding is null, response.EndsWith("0123456789", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(DeflateFormat.Gzip)]
    [InlineData(DeflateFormat.Zlib)]
    [InlineData(DeflateFormat.Raw)]
    public void Deflater_UsedTwiceInPieces_IsReadBack(DeflateFormat format)
    {
        using Deflater deflater = Deflater.TryCreate(format, level: 1)!;
        Assert.NotNull(deflater);
        for (int round = 0; round < 2; round++)
        {
            byte[] plain = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 5000 * (round + 1))));
            using var coded = new MemoryStream();
            byte[] room = new byte[100];
            for (int start = 0; start < plain.Length; start += 777)
            {
                int end = Math.Min(start + 777, plain.Length);
                DeflateFlush flush = end == plain.Length ? DeflateFlush.Finish
                    : start % 2 == 0 ? DeflateFlush.Sync : DeflateFlush.None;
                ReadOnlySpan<byte> input = plain.AsSpan(start..end);
                bool isDone;
                do
                {
                    isDone = deflater.Step(input, room, flush, out int consumed, out int written);
                    input = input[consumed..];
                    coded.Write(room, 0, written);
                }
                while (!isDone);
                Assert.True(input.IsEmpty);
            }
            coded.Position = 0;
            using Stream reader = format switch
            {
                DeflateFormat.Gzip => new GZipStream(coded, CompressionMode.Decompress),
                DeflateFormat.Zlib => new ZLibStream(coded, CompressionMode.Decompress),
                _ => new DeflateStream(coded, CompressionMode.Decompress),
            };
            using var read = new MemoryStream();
            reader.CopyTo(read);
            Assert.Equal(plain, read.ToArray());
            Assert.True(coded.Length < plain.Length / 2);
            deflater.Reset();
        }
    }

    [Fact]
    public void Response_WhenNoMemoryIsLeft_IsPassedOnAsItIs()
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Load(TransportChoice.Epoll, $"""
            listen f
             bind 127.0.0.1:80
             compression algo gzip
             option http-server-close
             server s1 127.0.0.1:{server.Port}

            """, static options => options with { Compression = new CompressionSettings { MemoryMax = 1 } });
        const string Request = "GET / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n";
        using Socket first = proxy.Connect();
        first.SendText(Request);
        using Socket one = server.Accept();
        _ = one.ReceiveHead();
        one.SendText(Answer[..^5]);
        string begun = first.ReceiveUntil("\r\n\r\n");
        Assert.Contains("content-encoding: gzip", begun, StringComparison.Ordinal);

        // The only stream is in use.
        using Socket second = proxy.Connect();
        second.SendText(Request);
        using Socket two = server.Accept();
        _ = two.ReceiveHead();
        two.SendText(Answer);
        Assert.DoesNotContain("content-encoding", second.ReceiveUntil("0123456789"), StringComparison.Ordinal);

        one.SendText(Answer[^5..]);
        _ = first.ReceiveUntil("0\r\n\r\n");
        second.SendText(Request);
        using Socket three = server.Accept();
        _ = three.ReceiveHead();
        three.SendText(Answer);
        Assert.Contains("content-encoding: gzip", second.ReceiveUntil("0\r\n\r\n"), StringComparison.Ordinal);
    }
}
