using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Proxy.Options;

namespace Holdfast.Web.Tests.Streams;

/// <summary>Sessions over UDP beside the real nginx.</summary>
public sealed class DatagramTests
{
    private const string Format = "log_format l '$remote_addr|$protocol|$status|$bytes_sent|$bytes_received|"
        + "$upstream_addr|$upstream_bytes_sent|$upstream_bytes_received|$session_time';\n"
        + "access_log @S@/access.log l;\n";

    [Theory]
    [ClassData(typeof(Transports))]
    public void Answers_OfAServer_ComeBack(TransportChoice transport)
    {
        using Origin origin = new();
        using Pair pair = new(transport, Format + $$"""
            server { listen 127.0.0.1:@P@ udp; proxy_pass 127.0.0.1:{{origin.Port}}; proxy_responses 1;
                proxy_timeout 5s; }
            """);
        Assert.Equal("1:hello", pair.Ask("hello"));
        Assert.Equal("1:again", pair.Ask("again"));
        pair.SameLogs(2, 6);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void SeveralAnswers_AndRequests_AreCounted(TransportChoice transport)
    {
        using Origin origin = new(answers: 2);
        using Pair pair = new(transport, Format + $$"""
            server { listen 127.0.0.1:@P@ udp; proxy_pass 127.0.0.1:{{origin.Port}}; proxy_responses 2;
                proxy_requests 2; proxy_timeout 5s; }
            """);
        Assert.Equal("1:a 2:a 1:b 2:b", pair.Each(static client =>
        {
            string first = Exchange(client, "a", 2);
            return first + " " + Exchange(client, "b", 2);
        }));
        pair.SameLogs(1, 3);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Sessions_ThatTimeOut_AreLogged(TransportChoice transport)
    {
        using Origin origin = new();
        using Pair pair = new(transport, Format + $$"""
            server { listen 127.0.0.1:@P@ udp; proxy_pass 127.0.0.1:{{origin.Port}}; proxy_timeout 300ms; }
            """);
        Assert.Equal("1:hello", pair.Ask("hello"));
        pair.SameLogs(1, 3);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Servers_ThatAreNotThere_AreLogged(TransportChoice transport)
    {
        int nobody;
        using (Origin gone = new())
        {
            nobody = gone.Port;
        }
        using Pair pair = new(transport, Format + $$"""
            server { listen 127.0.0.1:@P@ udp; proxy_pass 127.0.0.1:{{nobody}}; proxy_timeout 2s; proxy_responses 1; }
            """);
        _ = pair.Each(static client =>
        {
            client.Send("x"u8);
            return "";
        });
        pair.SameLogs(1, 4);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Return_AndDeny_AsTheOriginal(TransportChoice transport)
    {
        using Pair pair = new(transport, Format + """
            server { listen 127.0.0.1:@P@ udp; return "$protocol $remote_addr $bytes_received"; }
            """);
        Assert.Equal("UDP 127.0.0.1 1", pair.Ask("x"));
        pair.SameLogs(1, 1);
        using Pair denied = new(transport, Format + """
            server { listen 127.0.0.1:@P@ udp; deny all; return x; }
            """);
        _ = denied.Each(static client =>
        {
            client.Send("x"u8);
            return "";
        });
        denied.SameLogs(1, 2);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void ManyClients_OfAWildcard_GetTheirAnswers(TransportChoice transport)
    {
        using Origin origin = new();
        using Pair pair = new(transport, $"server {{ listen @P@ udp; proxy_pass 127.0.0.1:{origin.Port}; }}");
        List<Socket> clients = [];
        for (int i = 0; i < 100; i++)
        {
            Socket client = Connect(pair.Ours.Port);
            clients.Add(client);
            client.Send(Encoding.ASCII.GetBytes($"{i}"));
        }
        for (int i = 0; i < clients.Count; i++)
        {
            Assert.Equal($"1:{i}", Receive(clients[i]));
            clients[i].Dispose();
        }
    }

    private static Socket Connect(int port)
    {
        Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveTimeout = (int)StreamSide.Patience.TotalMilliseconds,
        };
        client.Connect(IPAddress.Loopback, port);
        return client;
    }

    private static string Receive(Socket client)
    {
        byte[] buffer = new byte[2048];
        return Encoding.ASCII.GetString(buffer, 0, client.Receive(buffer));
    }

    private static string Exchange(Socket client, string text, int answers)
    {
        client.Send(Encoding.ASCII.GetBytes(text));
        return string.Join(' ', Enumerable.Range(0, answers).Select(_ => Receive(client)));
    }

    /// <summary>Answers each datagram some times: "1:" and what it was.</summary>
    private sealed class Origin : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

        internal Origin(int answers = 1)
        {
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _ = Serve(answers);
        }

        internal int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

        public void Dispose() => _socket.Dispose();

        private async Task Serve(int answers)
        {
            byte[] buffer = new byte[65_536];
            try
            {
                while (true)
                {
                    SocketReceiveFromResult got = await _socket.ReceiveFromAsync(
                        buffer, new IPEndPoint(IPAddress.Any, 0));
                    for (int i = 1; i <= answers; i++)
                    {
                        string answer = $"{i}:{Encoding.ASCII.GetString(buffer, 0, got.ReceivedBytes)}";
                        await _socket.SendToAsync(Encoding.ASCII.GetBytes(answer), got.RemoteEndPoint);
                    }
                }
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }

    /// <summary>Both sides.</summary>
    private sealed class Pair : IDisposable
    {
        internal Pair(TransportChoice transport, string stream)
        {
            const string Ready = "\nserver { listen unix:@S@/ready; access_log off; error_log /dev/null; "
                + "return ok; }\n";
            Theirs = new StreamSide(stream + Ready, "", null);
            Ours = new StreamSide(stream + Ready, "", transport);
            Theirs.Connect("ready").Dispose();
        }

        internal StreamSide Theirs { get; }

        internal StreamSide Ours { get; }

        internal string Ask(string text) => Each(client => Exchange(client, text, 1));

        internal string Each(Func<Socket, string> client)
        {
            string[] said = [.. new[] { Theirs, Ours }.Select(side =>
            {
                using Socket connection = Connect(side.Port);
                return client(connection);
            })];
            Assert.Equal(said[0], said[1]);
            return said[1];
        }

        internal void SameLogs(int sessions, int errors)
        {
            Assert.Equal(Theirs.Lines("access.log", sessions), Ours.Lines("access.log", sessions));
            Assert.Equal(Theirs.Errors(errors), Ours.Errors(errors));
        }

        public void Dispose()
        {
            Theirs.Dispose();
            Ours.Dispose();
        }
    }
}
