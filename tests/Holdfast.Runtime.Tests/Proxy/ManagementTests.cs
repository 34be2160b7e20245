using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Config.HAProxy;
using Holdfast.Config.Text;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Management;
using Holdfast.Primitives;
using Holdfast.Proxy.HAProxy;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;
using Holdfast.Runtime.Proxy.Management;

namespace Holdfast.Runtime.Tests.Proxy;

/// <summary>Stats sockets, the page and metrics over real sockets, as a proxy process serves them.</summary>
public sealed class ManagementTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(20);

    private readonly string _directory = Directory.CreateTempSubdirectory("hfs-").FullName;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _isServing = new();
    private volatile bool _isStopping;
    private ProxyEngine? _engine;

    public ManagementTests()
    {
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
        Assert.True(_isServing.Wait(s_patience));
    }

    private string SocketPath => Path.Combine(_directory, "admin");

    private string Text => $$"""
        global
          nbthread 1
          stats socket {{SocketPath}} mode 600 level admin
          stats timeout 60s
          stats maxconn 2
        defaults
          mode http
          timeout connect 10s
          timeout client 30s
          timeout server 30s
        listen page
          bind 127.0.0.1:1
          stats uri /stats
          stats admin if TRUE
          stats auth admin:secret
          http-request use-service prometheus-exporter if { path /metrics }
        backend be
          server a 127.0.0.1:9
          server b 127.0.0.1:9

        """;

    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        Directory.Delete(_directory, recursive: true);
        _isServing.Dispose();
    }

    [Fact]
    public void StatsSocket_OneLine_IsAnsweredAndTheConnectionEnds()
    {
        using Socket socket = Connect();
        socket.Send("set weight be/a 7;get weight be/a\n"u8);

        Assert.Equal("\n7 (initial 1)\n\n", ReadAll(socket));
    }

    [Fact]
    public void StatsSocket_SilentClient_IsClosedAfterItsTimeout()
    {
        using Socket socket = Connect();
        socket.Send("prompt\nset timeout cli 300ms\n"u8);

        Assert.Equal("\n> \n> ", ReadAll(socket));
    }

    [Fact]
    public void StatsSocket_MoreThanMaxconn_WaitAndAreAnsweredLater()
    {
        Socket[] all = [.. Enumerable.Range(0, 8).Select(_ => Connect())];
        foreach (Socket socket in all)
        {
            socket.Send("show cli level\n"u8);
        }

        Assert.All(all, static socket => Assert.Equal("admin\n\n", ReadAll(socket)));
        Assert.All(all, static socket => socket.Dispose());
    }

    [Fact]
    public void Page_WithoutPassword_Is401()
        => Assert.StartsWith("HTTP/1.1 401 ", Ask("GET /stats HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            StringComparison.Ordinal);

    [Fact]
    public void Page_Form_ChangesTheServer()
    {
        string user = Convert.ToBase64String("admin:secret"u8);
        const string Form = "s=b&action=maint&b=be";

        string answer = Ask($"POST /stats HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {user}\r\nConnection: close\r\n"
            + $"Content-Length: {Form.Length}\r\n\r\n{Form}");

        Assert.StartsWith("HTTP/1.1 303 ", answer, StringComparison.Ordinal);
        Assert.Contains("location: /stats;st=DONE\r\n", answer, StringComparison.Ordinal);
        string page = Ask(
            $"GET /stats;csv HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {user}\r\nConnection: close\r\n\r\n");
        Assert.Contains("be,b,0,0,0,0,,0,0,0,,0,,0,0,0,0,MAINT,", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_AreServedWithoutPassword()
    {
        string answer = Ask("GET /metrics?scope=server HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("content-type: text/plain; version=0.0.4\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("haproxy_server_weight{proxy=\"be\",server=\"a\"} 1\n", answer, StringComparison.Ordinal);
    }

    private static string ReadAll(Socket socket)
    {
        byte[] buffer = new byte[65_536];
        var text = new StringBuilder();
        for (int count = socket.Receive(buffer); count > 0; count = socket.Receive(buffer))
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        return text.ToString();
    }

    private static Socket Bounded(Socket socket)
    {
        socket.ReceiveTimeout = socket.SendTimeout = (int)s_patience.TotalMilliseconds;
        return socket;
    }

    private Socket Connect()
    {
        Socket socket = Bounded(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));
        socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
        return socket;
    }

    private string Ask(string request)
    {
        Assert.Equal(Errno.Success, TcpSocket.GetLocal(_engine!.Listeners[0], out IpAddress _, out int port));
        using Socket socket = Bounded(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        socket.Connect(IPAddress.Loopback, port);
        socket.Send(Encoding.ASCII.GetBytes(request));
        return ReadAll(socket);
    }

    /// <summary>What a proxy process does on its main thread.</summary>
    private void Run()
    {
        HAProxyParseResult parsed = HAProxyParser.Parse(
            ["test.cfg"], new OneFile(Text), new HAProxyParseOptions { IsToRun = true });
        Assert.False(parsed.HasErrors, string.Join('\n', parsed.Diagnostics));
        ProxyTranslation translation
            = ProxyTranslator.Translate(parsed.Model, new TranslationFacts(1, static (_, _) => null));
        using var loop = new EpollLoop();
        using StatsServer stats = StatsServer.Open(loop, translation, out string? problem);
        Assert.Null(problem);
        ProxyOptions options = translation.Options with
        {
            Frontends = [.. translation.Options.Frontends.Select(static one => one with
            {
                Bind = new SocketEndpoint(IpAddress.V4(127, 0, 0, 1), 0),
            })],
        };
        using ServiceServer services = ServiceServer.Open(loop, translation.Services, ref options);
        using ProxyEngine engine = ProxyEngine.Start(options);
        _engine = engine;
        var process = new ManagedProcess(translation.Model, engine, translation.Patterns,
            new ProcessIdentity("2.6.12-1", "2026/01/01", 1, "node", TimeProvider.System));
        services.Serve(process);
        stats.Serve(ManagementCommands.For(process), []);
        _isServing.Set();
        while (!_isStopping)
        {
            _ = loop.RunOnce(MonotonicTime.Min(MonotonicClock.Now + s_turn,
                MonotonicTime.Min(stats.Deadline, services.Deadline)));
            stats.OnTime(MonotonicClock.Now);
            services.OnTime(MonotonicClock.Now);
        }
    }

    private sealed class OneFile(string text) : IConfigFiles
    {
        public string HostName => "host";

        public string WorkingDirectory => "/";

        public ConfigFile Read(string path) => new(ConfigFileStatus.Read, text);

        public IReadOnlyList<string> List(string directory) => [];

        public string? GetEnvironment(string name) => null;
    }
}
