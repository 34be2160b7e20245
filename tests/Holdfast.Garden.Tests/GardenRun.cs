using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Holdfast.Garden.Tests.Origins;
using Holdfast.Http.Tests.Garden;
using Holdfast.Tests.Repository;

namespace Holdfast.Garden.Tests;

/// <summary>
/// Sends every class of the garden, and a request behind it, through each proxy to each origin, and compares the
/// requests that stand on the proxy's connection, read strictly, with those that the origin says it has seen.
/// </summary>
public sealed class GardenRun : IDisposable
{
    private static readonly string[] s_origins = ["nginx", "Apache", "lighttpd", "Node", "Kestrel"];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-garden-");

    private readonly Stack<IDisposable> _running = new();

    public GardenRun()
    {
        try
        {
            Pairs = Run(_directory.FullName);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Each proxy with each origin.</summary>
    internal IReadOnlyList<PairResult> Pairs { get; }

    public static IEnumerable<string> Origins => s_origins;

    public void Dispose()
    {
        Stop();
        _directory.Delete(recursive: true);
    }

    private List<PairResult> Run(string directory)
    {
        Install();
        List<Origin> origins =
        [
            Keep(ProgramOrigin.Nginx(FreePort.Next(), directory)),
            Keep(ProgramOrigin.Apache(FreePort.Next(), directory)),
            Keep(ProgramOrigin.Lighttpd(FreePort.Next(), directory)),
            Keep(ProgramOrigin.Node(FreePort.Next(), directory)), Keep(new KestrelOrigin(FreePort.Next())),
        ];
        Tap[][] taps = [.. Enumerable.Range(0, 3).Select(_ => origins
            .Select(o => Keep(new Tap(IPAddress.Loopback, o.Endpoint))).ToArray())];
        IPEndPoint[][] servers = [.. taps.Select(static row => row.Select(static t => t.Endpoint).ToArray())];
        string ours = Path.Combine(RepositoryRoot.Path, "out", "haproxy");
        List<GardenProxy> proxies =
        [
            Keep(GardenProxy.HAProxy("Holdfast", ours, servers[0], directory)),
            Keep(GardenProxy.HAProxy("HAProxy", "/usr/sbin/haproxy", servers[1], directory)),
            Keep(GardenProxy.Nginx(servers[2], directory)),
        ];
        Task.WhenAll(proxies.SelectMany((proxy, p) => taps[p]
            .Select((tap, o) => SendAllAsync(proxy.Listeners[o], tap)))).GetAwaiter().GetResult();
        Stop(); // logs are whole then
        return [.. proxies.SelectMany((proxy, p) => origins.Select((origin, o) =>
            PairResult.Of(proxy.Name, origin.Name, taps[p][o].Connections, origin.Seen())))];
    }

    private T Keep<T>(T one)
        where T : IDisposable
    {
        _running.Push(one);
        return one;
    }

    /// <summary>Proxies first, origins last.</summary>
    private void Stop()
    {
        while (_running.TryPop(out IDisposable? one))
        {
            one.Dispose();
        }
    }

    private static async Task SendAllAsync(IPEndPoint listener, Tap tap)
    {
        foreach (GardenClass each in GardenClass.All.Where(static c => c.Direction == "request"))
        {
            tap.Exchange = each.Name;
            await SendAsync(listener, each.Bytes);
        }
    }

    /// <summary>What stands behind the class shows whether anybody took part of it for something else.</summary>
    private static async Task SendAsync(IPEndPoint listener, byte[] bytes)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        byte[] answer = new byte[32_768];
        try
        {
            await socket.ConnectAsync(listener, patience.Token);
            await socket.SendAsync(bytes, patience.Token);
            await socket.SendAsync("GET /behind HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray(),
                patience.Token);
            while (await socket.ReceiveAsync(answer, patience.Token) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Refused while it was being sent.
        }
        catch (OperationCanceledException)
        {
            // A tunnel that nobody ends.
        }
    }

    private static void Install()
    {
        const string Script = ". build/packages.sh && install_missing nginx:/usr/sbin/nginx haproxy:/usr/sbin/haproxy "
            + "apache2-bin:/usr/sbin/apache2 lighttpd:/usr/sbin/lighttpd nodejs:node";
        using Process process = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", Script])
        {
            WorkingDirectory = RepositoryRoot.Path,
        })!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
