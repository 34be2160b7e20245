using System.Net;
using System.Net.Sockets;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Tests.Tcp;

/// <summary>Several loops on one listener.</summary>
public sealed class ThreadsTests
{
    [Theory]
    [ClassData(typeof(Transports))]
    public void Threads_ThreeLoopsOnOneListener_EveryClientIsServed(TransportChoice transport)
    {
        using TestServer server = new();
        FrontendOptions frontend = new("test", TestProxy.Local(0), "servers");
        BackendOptions backend = new("servers", [new ServerOptions("s1", TestProxy.Local(server.Port))]);
        using ProxyEngine engine = ProxyEngine.Start(new ProxyOptions([frontend], [backend])
        {
            Transport = transport, ThreadCount = 3,
        });
        Assert.Equal(Errno.Success, TcpSocket.GetLocal(engine.Listeners[0], out IpAddress _, out int port));
        List<Socket> sockets = [];
        for (int i = 0; i < 100; i++)
        {
            Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                ReceiveTimeout = (int)TestProxy.Patience.TotalMilliseconds,
            };
            client.Connect(IPAddress.Loopback, port);
            Socket accepted = server.Accept();
            client.SendText("question");
            Assert.Equal("question", accepted.ReceiveText(8));
            accepted.SendText("answer");
            Assert.Equal("answer", client.ReceiveText(6));
            sockets.Add(client);
            sockets.Add(accepted);
        }
        Assert.Equal(100, engine.Backends[0].Servers[0].ConnectionCount);
        sockets.ForEach(static socket => socket.Dispose());
    }
}
