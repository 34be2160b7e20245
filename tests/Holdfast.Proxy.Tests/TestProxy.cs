using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Holdfast.Balancing.Retries;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
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
