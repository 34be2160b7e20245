using System.Net.Sockets;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Beside;

/// <summary>Log lines of TCP mode, and how sessions end, beside the real HAProxy.</summary>
public sealed class TcpLogTests
{
    private const string Sections = """
        listen plain
          bind @ADDR@:1
          option tcplog
          server s 127.0.0.1:@S1@
        frontend split
          bind @ADDR@:2
          option tcplog
          default_backend servers
        backend servers
          server a 127.0.0.1:@S1@
        listen refused
          bind @ADDR@:3
          option tcplog
          retries 1
          timeout connect 100ms
          server s 127.0.0.1:@CLOSED@
        listen redispatched
          bind @ADDR@:4
          option tcplog
          option redispatch
          server s 127.0.0.1:@CLOSED@
          server t 127.0.0.1:@S1@
        listen none
          bind @ADDR@:5
          option tcplog
          server s 127.0.0.1:@S1@ disabled
        listen asap
          bind @ADDR@:6
          option tcplog
          option logasap
          server s 127.0.0.1:@S1@
        listen null
          bind @ADDR@:7
          option tcplog
          option dontlognull
          server s 127.0.0.1:@S1@
        listen clienttimeout
          bind @ADDR@:8
          option tcplog
          timeout client 1500ms
          server s 127.0.0.1:@S1@
        listen servertimeout
          bind @ADDR@:9
          option tcplog
          timeout server 1500ms
          server s 127.0.0.1:@S1@
        listen queue
          bind @ADDR@:10
          option tcplog
          timeout queue 200ms
          server s 127.0.0.1:@S1@ maxconn 1
        listen waits
          bind @ADDR@:19
          option tcplog
          server s 127.0.0.1:@S1@ maxconn 1
        listen format
          bind @ADDR@:11
          log-format "%ci %f %b %s %ts %B %U %ac/%fc/%bc/%sc/%rc %sq/%bq"
          server s 127.0.0.1:@S1@
        listen normal
          bind @ADDR@:12
          option tcplog
          option dontlog-normal
          server s 127.0.0.1:@S1@
        listen connects
          bind @ADDR@:13
          server s 127.0.0.1:@S1@
        listen clientfin
          bind @ADDR@:15
          option tcplog
          timeout client 2s
          timeout client-fin 500ms
          timeout server 4s
          server s 127.0.0.1:@S1@
        listen serverfin
          bind @ADDR@:16
          option tcplog
          timeout client 2s
          timeout server-fin 500ms
          timeout server 4s
          server s 127.0.0.1:@S1@
        listen tunnel
          bind @ADDR@:17
          option tcplog
          timeout tunnel 1500ms
          server s 127.0.0.1:@S1@
        listen stuck
          bind @ADDR@:18
          option tcplog
          timeout client 1500ms
          timeout server 1600ms
          server s 127.0.0.1:@S1@
        listen full
          bind @ADDR@:14
          option tcplog
          retries 0
          timeout connect 300ms
          server s 127.0.0.1:@FULL@
        """;

    public static TheoryData<string> Names => [.. s_scripts.Keys];

    private static readonly Dictionary<string, Func<Side, string>> s_scripts = new(StringComparer.Ordinal)
    {
        ["client ends first"] = static side => Talk(side, 1, endsFirst: true),
        ["server ends first"] = static side => Talk(side, 1, endsFirst: false),
        ["frontend and backend"] = static side => Talk(side, 2, endsFirst: true),
        ["server resets"] = static side => OneSideResets(side, isServer: true),
        ["client resets"] = static side => OneSideResets(side, isServer: false),
        ["refused"] = static side => Refused(side, 3),
        ["redispatched"] = static side => Talk(side, 4, endsFirst: true),
        ["no server"] = static side => Refused(side, 5),
        ["connect timeout"] = static side => Refused(side, 14),
        ["client gone while connecting"] = static side =>
        {
            Socket client = side.Connect(14);
            GoRound(side);
            client.Shutdown(SocketShutdown.Send);
            client.AssertEnded();
            return side.LogLine();
        },
        ["client gone while connecting, with data"] = static side =>
        {
            Socket client = side.Connect(14);
            client.SendText("x");
            GoRound(side);
            client.Shutdown(SocketShutdown.Send);
            client.AssertEnded();
            return side.LogLine();
        },
        ["logasap"] = LogAsap,
        ["custom format"] = static side => Talk(side, 11, endsFirst: true),
        ["client gone, nothing sent"] = NothingSent,
        ["dontlognull"] = DontLogNull,
        ["dontlog-normal"] = DontLogNormal,
        ["client timeout"] = static side => Silence(side, 8),
        ["server timeout"] = static side => Silence(side, 9),
        ["client timeout, late data"] = static side => LateData(side, 8),
        ["server timeout, late data"] = static side => LateData(side, 9),
        ["client-fin"] = static side => HalfClosed(side, 15, clientEnds: true),
        ["client-fin, server ends"] = static side => HalfClosed(side, 15, clientEnds: false),
        ["server-fin"] = static side => HalfClosed(side, 16, clientEnds: true),
        ["server-fin, server ends"] = static side => HalfClosed(side, 16, clientEnds: false),
        ["tunnel"] = static side => Silence(side, 17),
        ["client takes nothing"] = static side => TakesNothing(side, 18, isClient: true),
        ["server takes nothing"] = static side => TakesNothing(side, 18, isClient: false),
        ["queue timeout"] = QueueTimeout,
        ["client gone from the queue"] = GoneFromQueue,
        ["waited in the queue"] = WaitedInQueue,
        ["without a format"] = static side =>
        {
            using Socket client = side.Connect(13);
            using Socket server = side.Accept(1);
            return side.LogLine();
        },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Session_Ends_LogsTheSame(string name)
    {
        // What waits for a time does the same on every transport.
        bool isTimed = name.Contains("timeout", StringComparison.Ordinal)
            || name.Contains("-fin", StringComparison.Ordinal) || name.Contains("takes", StringComparison.Ordinal);
        foreach (TheoryDataRow<TransportChoice> transport in new Transports().Take(isTimed ? 1 : int.MaxValue))
        {
            using Pair pair = Pair.Start(Sections, transport.Data);
            pair.AssertSame(s_scripts[name]);
        }
    }

    private static string Talk(Side side, int port, bool endsFirst)
    {
        Socket client = side.Connect(port);
        client.SendText("question");
        Socket server = side.Accept(1);
        string got = server.ReceiveText(8);
        server.SendText("answer");
        string answer = client.ReceiveText(6);
        (Socket first, Socket second) = endsFirst ? (client, server) : (server, client);
        first.Shutdown(SocketShutdown.Send);
        second.AssertEnded();
        second.Shutdown(SocketShutdown.Send);
        first.AssertEnded();
        return $"{got} {answer} | {side.LogLine()}";
    }

    /// <summary>What has come before this has been seen. Its session stays open, and is counted.</summary>
    private static void GoRound(Side side)
    {
        Socket client = side.Connect(13);
        _ = side.LogLine();
        Socket server = side.Accept(1);
        client.SendText("x");
        _ = server.ReceiveText(1);
        server.SendText("y");
        _ = client.ReceiveText(1);
    }

    private static string OneSideResets(Side side, bool isServer)
    {
        Socket client = side.Connect(1);
        client.SendText("question");
        Socket server = side.Accept(1);
        _ = server.ReceiveText(8);
        (Socket first, Socket second) = isServer ? (server, client) : (client, server);
        first.Reset();
        int count = second.Receive(new byte[10], 0, 10, SocketFlags.None, out SocketError error);
        return $"{count} {(error == SocketError.ConnectionReset ? SocketError.Success : error)} | {side.LogLine()}";
    }

    private static string Refused(Side side, int port)
    {
        Socket client = side.Connect(port);
        client.SendText("question");
        int count = client.Receive(new byte[10], 0, 10, SocketFlags.None, out SocketError error);
        // A client whose bytes come after the end is reset.
        return $"{count} {(error == SocketError.ConnectionReset ? SocketError.Success : error)} | {side.LogLine()}";
    }

    private static string LogAsap(Side side)
    {
        Socket client = side.Connect(6);
        client.SendText("question");
        Socket server = side.Accept(1);
        string line = side.LogLine();
        server.SendText("answer");
        server.Shutdown(SocketShutdown.Send);
        _ = client.ReceiveAll();
        client.Shutdown(SocketShutdown.Send);
        _ = server.ReceiveAll();
        return line;
    }

    private static string NothingSent(Side side)
    {
        Socket client = side.Connect(1);
        Socket server = side.Accept(1);
        server.SendText("x");
        _ = client.ReceiveText(1); // both stand
        client.Shutdown(SocketShutdown.Send);
        server.AssertEnded();
        server.Close();
        client.AssertEnded();
        return side.LogLine();
    }

    private static string DontLogNull(Side side)
    {
        using (Socket client = side.Connect(7))
        {
            Socket server = side.Accept(1);
            server.SendText("x");
            _ = client.ReceiveText(1); // both stand
            client.Shutdown(SocketShutdown.Send);
            server.AssertEnded();
            server.Close();
            client.AssertEnded();
        }
        return Talk(side, 7, endsFirst: true); // whose line is the first one
    }

    private static string DontLogNormal(Side side)
    {
        using (Socket client = side.Connect(12))
        {
            client.SendText("x");
            Socket server = side.Accept(1);
            _ = server.ReceiveText(1);
            server.Shutdown(SocketShutdown.Send);
            client.AssertEnded();
            client.Shutdown(SocketShutdown.Send);
            server.AssertEnded();
        }
        return Talk(side, 1, endsFirst: true);
    }

    private static string Silence(Side side, int port)
    {
        Socket client = side.Connect(port);
        client.SendText("question");
        Socket server = side.Accept(1);
        _ = server.ReceiveText(8);
        server.SendText("answer");
        _ = client.ReceiveText(6);
        (Socket first, Socket second) = port == 8 ? (server, client) : (client, server);
        first.AssertEnded();
        first.Close();
        second.AssertEnded();
        return side.LogLine();
    }

    /// <summary>Who was not timed out still has something to say.</summary>
    private static string LateData(Side side, int port)
    {
        Socket client = side.Connect(port);
        client.SendText("question");
        Socket server = side.Accept(1);
        _ = server.ReceiveText(8);
        server.SendText("answer");
        _ = client.ReceiveText(6);
        (Socket first, Socket second) = port == 8 ? (server, client) : (client, server);
        first.AssertEnded();
        first.SendText("late");
        first.Shutdown(SocketShutdown.Send);
        int count = second.Receive(new byte[10], 0, 10, SocketFlags.None, out SocketError error);
        return $"{count} {error} | {side.LogLine()}";
    }

    private static string HalfClosed(Side side, int port, bool clientEnds)
    {
        Socket client = side.Connect(port);
        client.SendText("question");
        Socket server = side.Accept(1);
        _ = server.ReceiveText(8);
        server.SendText("answer");
        _ = client.ReceiveText(6);
        (Socket first, Socket second) = clientEnds ? (client, server) : (server, client);
        first.Shutdown(SocketShutdown.Send);
        second.AssertEnded();
        first.AssertEnded();
        return side.LogLine();
    }

    private static string TakesNothing(Side side, int port, bool isClient)
    {
        Socket client = side.Connect(port);
        Socket server = side.Accept(1);
        Socket sender = isClient ? server : client;
        sender.Blocking = false;
        byte[] block = new byte[100_000];
        SocketError error = SocketError.Success;
        while (error is SocketError.Success or SocketError.WouldBlock)
        {
            _ = sender.Send(block, 0, block.Length, SocketFlags.None, out error);
            _ = sender.Poll(10_000, SelectMode.SelectWrite);
        }
        string line = side.LogLine();
        return System.Text.RegularExpressions.Regex.Replace(line, @"T \d+ ", "T BYTES ");
    }

    private static string QueueTimeout(Side side)
    {
        Socket first = side.Connect(10);
        Socket server = side.Accept(1);
        Socket second = side.Connect(10);
        second.SendText("x");
        int count = second.Receive(new byte[10], 0, 10, SocketFlags.None, out SocketError error);
        string line = side.LogLine();
        first.Close();
        server.Close();
        return $"{count} {error} | {line}";
    }

    private static string GoneFromQueue(Side side)
    {
        Socket first = side.Connect(10);
        Socket server = side.Accept(1);
        Socket second = side.Connect(10);
        GoRound(side);
        second.Shutdown(SocketShutdown.Send);
        second.AssertEnded();
        string line = side.LogLine();
        first.Close();
        server.Close();
        return line;
    }

    private static string WaitedInQueue(Side side)
    {
        Socket first = side.Connect(19);
        Socket server = side.Accept(1);
        server.SendText("x");
        _ = first.ReceiveText(1); // both stand
        Socket second = side.Connect(19);
        second.SendText("x");
        GoRound(side);
        first.Shutdown(SocketShutdown.Send);
        server.AssertEnded();
        server.Close();
        string line = side.LogLine();
        Socket next = side.Accept(1);
        string got = next.ReceiveText(1);
        second.Shutdown(SocketShutdown.Send);
        next.AssertEnded();
        next.Close();
        return $"{got} | {line} | {side.LogLine()}";
    }
}
