using System.Net.Sockets;
using System.Text;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Http;

/// <summary>Messages cut at any places, on their way in both directions.</summary>
public sealed class CutTests
{
    [Theory]
    [ClassData(typeof(Transports))]
    public void Messages_CutAnywhere_ArriveAlike(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        for (int seed = 1; seed <= 60; seed++)
        {
            Random random = new(seed);
            string payload = Payload(random, random.Next(3) == 0 ? random.Next(40_000) : random.Next(60));
            bool isChunked = random.Next(2) == 0;
            using Socket client = proxy.Connect();
            string framing = isChunked ? "Transfer-Encoding: chunked" : $"Content-Length: {payload.Length}";
            Send(client, random, $"POST /{seed} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{framing}\r\n\r\n"
                + (isChunked ? Chunks(random, payload) : payload));
            using Socket accepted = server.Accept();
            string head = accepted.ReceiveHead();
            Assert.StartsWith($"POST /{seed} HTTP/1.1\r\n", head, StringComparison.Ordinal);
            Assert.Equal(payload, ReadBody(accepted, head, payload.Length));

            string answer = Payload(random, random.Next(3) == 0 ? random.Next(40_000) : random.Next(60));
            bool isAnswerChunked = random.Next(2) == 0;
            string answerFraming = isAnswerChunked ? "Transfer-Encoding: chunked" : $"Content-Length: {answer.Length}";
            Send(accepted, random, $"HTTP/1.1 200 OK\r\n{answerFraming}\r\n\r\n"
                + (isAnswerChunked ? Chunks(random, answer) : answer));
            string answerHead = client.ReceiveHead();
            Assert.Equal(answer, ReadBody(client, answerHead, answer.Length));
            client.AssertEnded();
        }
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public async Task Bodies_LargeBothWaysAtOnce_ArriveToTheByte(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket client = proxy.Connect(receiveBuffer: 8192);
        string up = Payload(new Random(1), 2_000_000);
        string down = Payload(new Random(2), 2_000_000);
        CancellationToken token = TestContext.Current.CancellationToken;
        client.SendText($"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {up.Length}\r\n\r\n");
        using Socket accepted = server.Accept();
        _ = accepted.ReceiveHead();
        accepted.SendText($"HTTP/1.1 200 OK\r\nContent-Length: {down.Length}\r\n\r\n");
        _ = client.ReceiveHead();
        Task write = Task.Run(() => client.SendText(up), token);
        Task answer = Task.Run(() => accepted.SendText(down), token);
        Task<string> read = Task.Run(() => accepted.ReceiveText(up.Length), token);
        Task<string> answerRead = Task.Run(() => client.ReceiveText(down.Length), token);
        await Task.WhenAll(write, read, answer, answerRead).WaitAsync(TestProxy.Patience, token);

        Assert.True(up == await read, "another body at the server");
        Assert.True(down == await answerRead, "another body at the client");
    }

    private static string ReadBody(Socket socket, string head, int length)
    {
        if (!head.Contains("transfer-encoding: chunked", StringComparison.Ordinal))
        {
            return socket.ReceiveText(length);
        }
        StringBuilder body = new();
        while (true)
        {
            int size = Convert.ToInt32(socket.ReceiveUntil("\r\n").TrimEnd(), 16);
            if (size == 0)
            {
                Assert.Equal("\r\n", socket.ReceiveText(2));
                return body.ToString();
            }
            _ = body.Append(socket.ReceiveText(size));
            Assert.Equal("\r\n", socket.ReceiveText(2));
        }
    }

    private static void Send(Socket socket, Random random, string text)
    {
        while (text.Length > 0)
        {
            int size = Math.Min(text.Length, random.Next(3) switch
            {
                0 => 1, 1 => random.Next(1, 30), _ => random.Next(1, 20_000),
            });
            socket.SendText(text[..size]);
            text = text[size..];
        }
    }

    private static string Chunks(Random random, string payload)
    {
        StringBuilder chunks = new();
        for (int at = 0; at < payload.Length;)
        {
            int size = Math.Min(payload.Length - at, random.Next(1, random.Next(2) == 0 ? 20 : 20_000));
            _ = chunks.Append(size.ToString("x")).Append(random.Next(4) == 0 ? ";a=\"b\"" : "").Append("\r\n")
                .Append(payload, at, size).Append("\r\n");
            at += size;
        }
        return chunks.Append("0\r\n\r\n").ToString();
    }

    private static string Payload(Random random, int length)
        => string.Create(length, random, static (text, random) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = (char)random.Next(256);
            }
        });
}
