using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Proxy.Options;

namespace Holdfast.Web.Tests.Streams;

/// <summary>Sessions over IP beside the real nginx: addresses, ports, headers, hashes.</summary>
public sealed class AddressTests
{
    private const string Block = """
        log_format l '$remote_addr|$server_addr|$status|$bytes_sent|$bytes_received|$upstream_addr|$realip_remote_addr';
        access_log @S@/access.log l;
        upstream hashed { hash $remote_addr consistent; server unix:@O@/a; server unix:@O@/b; server unix:@O@/c; }
        upstream keyed { hash $proxy_protocol_port; server unix:@O@/a; server unix:@O@/b weight=3; }
        upstream least { least_conn; server unix:@O@/a; server unix:@O@/b; }
        geo $place { 127.0.0.0/8 loop; default other; }
        map $binary_remote_addr $known { default yes; }
        server { listen 127.0.0.1:@P@; return "$remote_addr $server_addr $place $known\n"; }
        server { listen unix:@S@/ready; access_log off; return ready; }
        server { listen unix:@S@/hashed; proxy_pass hashed; }
        server { listen unix:@S@/keyed proxy_protocol; proxy_pass keyed; }
        server { listen unix:@S@/least; proxy_pass least; }
        server { listen unix:@S@/v1 proxy_protocol; set_real_ip_from unix:; proxy_protocol on; proxy_pass unix:@O@/a; }
        server { listen unix:@S@/bind; proxy_bind 127.0.0.9; proxy_pass 127.0.0.1:@P@; }
        """;

    [Theory]
    [ClassData(typeof(Transports))]
    public void Addresses_AndChoices_AreTheOriginals(TransportChoice transport)
    {
        using StreamPair pair = new(transport, Block, "a", "b", "c");
        Assert.Equal("ready", pair.Same("ready", ""));
        Assert.Equal(Get(pair.Theirs.Port), Get(pair.Ours.Port));
        Assert.Equal("127.0.0.1 127.0.0.1 loop yes\n", Get(pair.Ours.Port));
        _ = pair.Same("hashed", "quit");
        foreach (int port in Enumerable.Range(1, 8))
        {
            _ = pair.Same("keyed", client => Exchange(client, $"PROXY TCP4 192.0.2.1 192.0.2.2 {port} 2\r\n", "x", 3));
        }
        _ = pair.Same("least", "quit");
        _ = pair.Same("least", "quit");
        // Our own end is a Unix socket, which the header has no words for: the original writes its path.
        using Socket mixed = pair.Ours.Connect("v1");
        Assert.Equal("a:PROXY UNKNOWN\r\n", Exchange(mixed, "PROXY TCP4 192.0.2.1 192.0.2.2 7 2\r\n", "x", 17));
        Assert.Equal("127.0.0.9 127.0.0.1 loop yes\n", pair.Same("bind", ""));
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Addresses_ThatAWildcardCovers_HaveTheirServers(TransportChoice transport)
    {
        using StreamPair pair = new(transport, """
            server { listen @P@; return any; }
            server { listen 127.0.0.1:@P@; return own; }
            server { listen unix:@S@/ready; return ready; }
            """);
        Assert.Equal("ready", pair.Same("ready", ""));
        Assert.Equal("own", Get(pair.Theirs.Port));
        Assert.Equal("own", Get(pair.Ours.Port));
        Assert.Equal("any", Get(pair.Theirs.Port, "127.0.0.2"));
        Assert.Equal("any", Get(pair.Ours.Port, "127.0.0.2"));
    }

    private static string Exchange(Socket client, string head, string text, int count)
    {
        client.Send(Encoding.ASCII.GetBytes(head + text));
        return StreamPair.Read(client, count);
    }

    private static string Get(int port, string address = "127.0.0.1")
    {
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = (int)StreamSide.Patience.TotalMilliseconds,
        };
        client.Connect(IPAddress.Parse(address), port);
        return StreamPair.ReadAll(client);
    }
}
