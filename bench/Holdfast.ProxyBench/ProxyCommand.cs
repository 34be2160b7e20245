using System.Globalization;
using Holdfast.Linux.OpenSsl;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;

namespace Holdfast.ProxyBench;

/// <summary>
/// Runs Holdfast's proxy alone: MODE TRANSPORT BIND_PORT SERVER_PORT PEM, all on 127.0.0.1; without a PEM plainly.
/// </summary>
internal static class ProxyCommand
{
    internal static int Run(ReadOnlySpan<string> arguments)
    {
        ProxyMode mode = arguments[0] == "tcp" ? ProxyMode.Tcp : ProxyMode.Http;
        TransportChoice transport = arguments[1] == "epoll" ? TransportChoice.Epoll : TransportChoice.Uring;
        ServerOptions server = new("origin", Local(arguments[3]));
        string pem = arguments.Length > 4 ? arguments[4] : "";
        TlsFile? file = pem.Length == 0 ? null : new TlsFile(pem, File.ReadAllBytes(pem));
        FrontendOptions frontend = new("bench", Local(arguments[2]), "servers")
        {
            Mode = mode,
            Tls = file is null ? null : new TlsServerOptions([new TlsCertificate(file, file)]),
            Timeouts = new()
            {
                Connect = 10_000, Client = 30_000, Server = 30_000, HttpRequest = 10_000, HttpKeepAlive = 30_000,
            },
        };
        BackendOptions backend = new("servers", [server]) { Reuse = HttpReuse.Always };
        using ProxyEngine engine = ProxyEngine.Start(new ProxyOptions([frontend], [backend])
        {
            Transport = transport,
        });
        Console.WriteLine($"ready: {engine.TransportReason}");
        engine.Wait();
        return 0;
    }

    private static SocketEndpoint Local(string port)
        => new(IpAddress.V4(127, 0, 0, 1), int.Parse(port, CultureInfo.InvariantCulture));
}
