using System.Globalization;
using System.Net.Sockets;
using System.Net;
using System.Text.RegularExpressions;
using System.Text;
using Holdfast.Tests.Repository;

namespace Holdfast.Proxy.Tests.Beside;

/// <summary>One proxy that runs a file: where it listens, its servers, its log.</summary>
internal sealed partial class Side : IDisposable
{
    private static int s_count;

    private readonly Socket _log = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly TestServer[] _servers = [new(), new(), new()];
    private readonly List<Socket> _opened = [];
    private IDisposable? _proxy;

    internal Side()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("hp-").FullName;
        _log.Bind(new UnixDomainSocketEndPoint(Path.Combine(Directory, "log")));
        _log.ReceiveTimeout = (int)TestProxy.Patience.TotalMilliseconds;
        // Nobody else uses these addresses, so any port of them is free.
        int number = Interlocked.Increment(ref s_count);
        int process = Environment.ProcessId;
        Address = new IPAddress(
            [127, (byte)(100 + (process % 100)), (byte)(process / 100 % 250), (byte)(number % 250)]);
    }

    internal string Directory { get; }

    internal IPAddress Address { get; }

    /// <summary>Whether it is the original.</summary>
    internal bool IsOriginal => _proxy is OriginalHaproxy;

    internal TestServer Server(int number) => _servers[number - 1];

    internal string Fill(string text)
    {
        text = text.Replace("@ADDR@", Address.ToString(), StringComparison.Ordinal)
            .Replace("@DIR@", Directory, StringComparison.Ordinal)
            .Replace("@FULL@", Number(Full()), StringComparison.Ordinal)
            .Replace("@CLOSED@", Number(TestServer.ClosedPort()), StringComparison.Ordinal);
        for (int i = 1; i <= _servers.Length; i++)
        {
            text = text.Replace($"@S{Number(i)}@", Number(Server(i).Port), StringComparison.Ordinal);
        }
        return text;
    }

    internal void Runs(IDisposable proxy) => _proxy = proxy;

    /// <summary>A client, every call of which ends in time.</summary>
    internal Socket Connect(int port)
    {
        Socket client = Patient(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        client.NoDelay = true;
        // A listener that is opened a moment later than the process runs.
        ConnectSoon(client, new IPEndPoint(Address, port));
        return client;
    }

    internal Socket ConnectUnix(string name)
    {
        Socket client = Patient(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));
        var place = new UnixDomainSocketEndPoint(Path.Combine(Directory, name));
        ConnectSoon(client, place);
        return client;
    }

    /// <summary>Accepts at a server.</summary>
    internal Socket Accept(int server)
    {
        Socket accepted = Server(server).Accept();
        _opened.Add(accepted);
        return accepted;
    }

    /// <summary>The next log line, without what differs each time.</summary>
    internal string LogLine() => Normal(RawLogLine());

    /// <summary>The next log line as it is, behind the name of the program.</summary>
    internal string RawLogLine()
    {
        byte[] line = new byte[9000];
        string text = Encoding.Latin1.GetString(line, 0, _log.Receive(line)).TrimEnd('\n');
        return text[(text.IndexOf("]: ", StringComparison.Ordinal) + 3)..];
    }

    /// <summary>The next log line with all that stands before its text.</summary>
    internal string WholeLogLine()
    {
        byte[] line = new byte[9000];
        return Encoding.Latin1.GetString(line, 0, _log.Receive(line)).TrimEnd('\n');
    }

    /// <summary>Whether a line waits.</summary>
    internal bool HasLogLine => _log.Poll(0, SelectMode.SelectRead);

    /// <summary>Times that were reached become T, client ports P, dates D.</summary>
    internal string Normal(string line)
    {
        line = line.Replace(Address.ToString(), "ADDR", StringComparison.Ordinal);
        line = Dates().Replace(line, "[D]");
        line = Ports().Replace(line, "$1:P");
        return Times().Replace(line, static m => " " + Reached().Replace(m.Value.Trim(), "T") + " ");
    }

    public void Dispose()
    {
        foreach (Socket socket in _opened)
        {
            socket.Dispose();
        }
        _proxy?.Dispose();
        _log.Dispose();
        foreach (TestServer server in _servers)
        {
            server.Dispose();
        }
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>A port whose queue is full: connections to it are neither made nor refused.</summary>
    private int Full()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _opened.Add(listener);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var place = (IPEndPoint)listener.LocalEndPoint!;
        for (int i = 0; i < 4; i++)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                Blocking = false,
            };
            _opened.Add(client);
            _ = TryConnect(client, place);
        }
        return place.Port;
    }

    private Socket Patient(Socket socket)
    {
        socket.ReceiveTimeout = socket.SendTimeout = (int)TestProxy.Patience.TotalMilliseconds;
        _opened.Add(socket);
        return socket;
    }

    private void ConnectSoon(Socket client, EndPoint place)
    {
        var original = _proxy as OriginalHaproxy;
        bool isThere = SpinWait.SpinUntil(
            () => original is { HasEnded: true } || TryConnect(client, place), TestProxy.Patience);
        Assert.True(isThere && original is not { HasEnded: true }, $"nobody listens at {place}: {original?.Said}");
    }

    private static bool TryConnect(Socket socket, EndPoint place)
    {
        try
        {
            socket.Connect(place);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\[\d\d/\w{3}/[\d:.]+\]")]
    private static partial Regex Dates();

    [GeneratedRegex(@"\b(127\.0\.0\.1):\d+")]
    private static partial Regex Ports();

    [GeneratedRegex(@" -?\d+/-?\d+/\+?-?\d+(/\+?-?\d+)* (?=\+?\d+ )")]
    private static partial Regex Times();

    [GeneratedRegex(@"(?<![-\d])\d+")]
    private static partial Regex Reached();
}
