using System.Net.Sockets;
using System.Text.RegularExpressions;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Beside;

/// <summary>The PROXY protocol both ways, beside the real HAProxy.</summary>
public sealed partial class ProxyHeaderTests
{
    private const string Sections = """
        listen v1
          bind @ADDR@:1 accept-proxy
          server s 127.0.0.1:@S1@ send-proxy
        listen v2
          bind @ADDR@:2 accept-proxy
          server s 127.0.0.1:@S1@ send-proxy-v2 proxy-v2-options crc32c
        listen v2ssl
          bind @ADDR@:3 accept-proxy
          server s 127.0.0.1:@S1@ send-proxy-v2-ssl
        listen plain
          timeout client 1s
          bind @ADDR@:4 accept-proxy
          server s 127.0.0.1:@S1@
        listen ids
          bind @ADDR@:6 accept-proxy
          unique-id-format id-%ci-%fp
          server s 127.0.0.1:@S1@ send-proxy-v2 proxy-v2-options unique-id,crc32c,authority
        listen unix
          bind @DIR@/front
          bind abns@hp-@ADDR@
          server s 127.0.0.1:@S1@ send-proxy
        listen unix2
          bind @DIR@/front2 mode 600
          server s 127.0.0.1:@S1@ send-proxy-v2
        listen back
          bind @ADDR@:5
          server s unix@@DIR@/front
        """;

    private const string V6 = "PROXY TCP6 2001:db8::1 2001:db8::2 1000 2000\r\n";
    private const string Local = "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";
    private const string Binary = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C\xC0\0\x02\x07\xC6\x33\x64\x09\x10\xE1\x01\xBB";

    public static TheoryData<int, string> Good
    {
        get
        {
            TheoryData<int, string> data = [];
            foreach (int port in (int[])[1, 2, 3, 4, 6])
            {
                foreach (string header in (string[])["PROXY TCP4 192.0.2.7 198.51.100.9 4321 443\r\n", V6, Binary])
                {
                    data.Add(port, header);
                }
            }
            return data;
        }
    }

    [Fact]
    public void GoodHeaders_ServersGetTheSame() => OnEach(static pair =>
    {
        foreach ((int port, string header) in Good.Select(static row => row.Data))
        {
            pair.AssertSame(side => Relay(side, port, header, "hello"));
        }
    });

    /// <summary>The specification has receivers wait for the rest; the original ends such connections.</summary>
    [Fact]
    public void HeaderInPieces_IsTakenWhole() => OnEach(static pair =>
    {
        Socket client = pair.Ours.Connect(4);
        foreach (char one in "PROXY TCP4 192.0.2.7 198.51.100.9 4321 443\r\nx")
        {
            client.SendText(one.ToString());
        }
        Assert.Equal("x", pair.Ours.Accept(1).ReceiveText(1));
    });

    /// <summary>
    /// The specification has receivers ignore what follows the word; the original ends such connections.
    /// </summary>
    [Fact]
    public void UnknownWithMore_IsTaken() => OnEach(static pair =>
    {
        string got = Relay(pair.Ours, 4, "PROXY UNKNOWN whatever is here\r\n", "hello");
        Assert.Equal("hello -> answer", got);
    });

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData(Local)]
    public void HeadersWithoutAddresses_TheConnectionsOwnCount(string header) => OnEach(pair =>
        pair.AssertSame(side => OwnPort().Replace(side.Normal(Relay(side, 1, header, "hello")), "$1P 1")));

    [Theory]
    [InlineData("GET / HTTP/1.0\r\n\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.9 4321 443 \n")]
    [InlineData("PROXY NOPE 192.0.2.7 198.51.100.9 4321 443\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x31\x11\0\x0C")]
    [InlineData("")]
    public void BadHeaders_ConnectionEnds(string header) => OnEach(pair => pair.AssertSame(side =>
    {
        Socket client = side.Connect(4);
        client.SendText(header);
        client.Shutdown(SocketShutdown.Send);
        return Ending(client);
    }));

    [Fact]
    public void UnixClients_HaveNoAddress() => OnEach(static pair =>
    {
        foreach (string name in (string[])["front", "front2"])
        {
            pair.AssertSame(side =>
            {
                Socket client = side.ConnectUnix(name);
                client.SendText("hello");
                client.Shutdown(SocketShutdown.Send);
                return side.Accept(1).ReceiveAll();
            });
        }
        pair.AssertSame(static side =>
        {
            Socket client = side.Connect(5);
            client.SendText("by unix");
            client.Shutdown(SocketShutdown.Send);
            return side.Accept(1).ReceiveAll();
        });
        Assert.Equal(Mode(pair.Original, "front2"), Mode(pair.Ours, "front2"));
    });

    private static string Relay(Side side, int port, string header, string text)
    {
        Socket client = side.Connect(port);
        client.SendText(header + text);
        client.Shutdown(SocketShutdown.Send);
        Socket server = side.Accept(1);
        string received = server.ReceiveAll();
        server.SendText("answer");
        server.Close();
        return string.Concat((received + " -> " + client.ReceiveAll()).Select(
            static c => c is < ' ' or > '~' ? $"\\{(int)c:X2}" : c.ToString()));
    }

    [GeneratedRegex(@"(127\.0\.0\.1 ADDR )\d+ 1")]
    private static partial Regex OwnPort();

    private static uint Mode(Side side, string name)
    {
        Linux.Abi.Errno errno = Linux.Files.FileStatus.TryGet(
            Path.Combine(side.Directory, name), out Linux.Files.FileStatus status);
        Assert.Equal(Linux.Abi.Errno.Success, errno);
        return status.Mode;
    }

    /// <summary>How a connection ended: by an end, or by a reset because its last bytes were not read.</summary>
    private static string Ending(Socket client)
    {
        byte[] some = new byte[100];
        int count = client.Receive(some, 0, some.Length, SocketFlags.None, out SocketError error);
        return count == 0 && error is SocketError.Success or SocketError.ConnectionReset ? "ended" : $"{count} {error}";
    }

    private static void OnEach(Action<Pair> test)
    {
        foreach (TheoryDataRow<TransportChoice> transport in new Transports())
        {
            using Pair pair = Pair.Start(Sections, transport.Data);
            test(pair);
        }
    }
}
