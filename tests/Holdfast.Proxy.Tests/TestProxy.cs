using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Holdfast.Balancing.Retries;
using Holdfast.Config.HAProxy;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.HAProxy;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Running;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Tests;

/// <summary>A proxy with one listener and one loop, on loopback.</summary>
internal sealed class TestProxy : IDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private TestProxy(ProxyEngine engine)
    {
        Engine = engine;
        Errno errno = TcpSocket.GetLocal(engine.Listeners[0], out IpAddress _, out int port);
        Assert.Equal(Errno.Success, errno);
        Port = port;
    }

    internal ProxyEngine Engine { get; }

    internal int Port { get; }

    internal LoopState State => Engine.Workers[0].State!;

    internal static TestProxy Start(
        TransportChoice transport, ProxyMode mode, IEnumerable<int> serverPorts, TimeoutOptions? timeouts = null,
        Func<BackendOptions, BackendOptions>? backend = null, EngineSettings? engine = null,
        Func<FrontendOptions, FrontendOptions>? frontend = null, Action<Server, bool>? onServerChanged = null)
    {
        ImmutableArray<ServerOptions> servers
            = [.. serverPorts.Select(static (port, index) => new ServerOptions($"s{index + 1}", Local(port)))];
        BackendOptions backendOptions = new("servers", servers);
        FrontendOptions frontendOptions = new("test", Local(0), "servers")
        {
            Mode = mode, Timeouts = timeouts ?? new(),
        };
        return new(ProxyEngine.Start(new ProxyOptions(
            [frontend?.Invoke(frontendOptions) ?? frontendOptions],
            [backend?.Invoke(backendOptions) ?? backendOptions])
        {
            Transport = transport,
            Engine = engine ?? new(),
            OnServerChanged = onServerChanged,
        }));
    }

    /// <summary>Runs a haproxy.cfg whose frontends all listen at free ports of loopback.</summary>
    /// <param name="transport">The way to the kernel.</param>
    /// <param name="text">The file; error timeouts and mode http are set by default.</param>
    /// <param name="change">Changes what the file means; null: nothing.</param>
    internal static TestProxy Load(
        TransportChoice transport, string text, Func<ProxyOptions, ProxyOptions>? change = null)
    {
        const string Defaults = "defaults\n mode http\n timeout connect 5s\n timeout client 30s\n timeout server 30s\n";
        ProxyTranslation result = Translate(Defaults + text);
        Assert.Empty(result.Problems);
        ProxyOptions options = result.Options with
        {
            Transport = transport,
            ThreadCount = 1,
            Frontends = [.. result.Options.Frontends.Select(static one => one with { Bind = Local(0) })],
        };
        return new(ProxyEngine.Start(change?.Invoke(options) ?? options));
    }

    /// <summary>What a file means; it must have no errors.</summary>
    internal static ProxyTranslation Translate(string text)
    {
        TextFiles files = new(text);
        HAProxyParseResult parsed = HAProxyParser.Parse(
            ["test.cfg"], files, new HAProxyParseOptions { IsToRun = true });
        Assert.DoesNotContain(parsed.Diagnostics, static d => d.Severity == Severity.Error);
        return ProxyTranslator.Translate(parsed.Model, new TranslationFacts(2,
            static (name, _) => name == "host.example" ? IpAddress.V4(203, 0, 113, 7) : null)
        {
            ReadFile = static path => File.Exists(path) ? File.ReadAllBytes(path) : null,
        });
    }

    /// <summary>A backend that tries again so.</summary>
    internal static Func<BackendOptions, BackendOptions> Retry(RetrySettings retry)
        => options => options with { Program = BackendProgram.Plain(options.Name, retry) };

    internal static SocketEndpoint Local(int port) => new(IpAddress.V4(127, 0, 0, 1), port);

    /// <summary>A client's connection, every call of which ends in time.</summary>
    internal Socket Connect(int? receiveBuffer = null)
    {
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true, ReceiveTimeout = (int)Patience.TotalMilliseconds,
            SendTimeout = (int)Patience.TotalMilliseconds,
        };
        if (receiveBuffer is { } size)
        {
            client.ReceiveBufferSize = size;
        }
        client.Connect(IPAddress.Loopback, Port);
        return client;
    }

    /// <summary>What a function finds on the loop's thread.</summary>
    internal T Ask<T>(Func<LoopState, T> question)
    {
        TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Engine.Workers[0].Post(() => answer.SetResult(question(State)));
        return answer.Task.WaitAsync(Patience).GetAwaiter().GetResult();
    }

    /// <summary>Asks again and again until the answer is yes.</summary>
    internal void WaitUntil(Func<LoopState, bool> condition, string what)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!Ask(condition))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, what);
            _ = Thread.Yield();
        }
    }

    public void Dispose() => Engine.Dispose();
}
