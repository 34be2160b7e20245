using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Holdfast.Garden.Tests;

/// <summary>A proxy that runs with one listener for each tap.</summary>
internal sealed class GardenProxy : IDisposable
{
    private readonly Process _process;

    private GardenProxy(string name, IReadOnlyList<IPEndPoint> listeners, string program, params string[] arguments)
    {
        Name = name;
        Listeners = listeners;
        _process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        foreach (IPEndPoint listener in listeners)
        {
            WaitUntilItListens(listener);
        }
    }

    public string Name { get; }

    /// <summary>Where clients connect to, in the order of the taps.</summary>
    public IReadOnlyList<IPEndPoint> Listeners { get; }

    /// <summary>A proxy that reads a haproxy.cfg: ours, and the original, with the same file.</summary>
    public static GardenProxy HAProxy(string name, string program, IReadOnlyList<IPEndPoint> servers, string directory)
    {
        IPEndPoint[] listeners = [.. servers.Select(static _ => FreePort.Next())];
        string path = Path.Combine(directory, $"{name}.cfg");
        File.WriteAllText(path, $"""
            defaults
                mode http
                http-reuse never
                timeout client 700ms
                timeout server 5s
                timeout connect 5s
                timeout http-request 700ms

            """ + string.Concat(servers.Select((server, i) => $"""
            listen l{i}
                bind {listeners[i]}
                server s {server}

            """)));
        return new(name, listeners, program, "-db", "-f", path);
    }

    public static GardenProxy Nginx(IReadOnlyList<IPEndPoint> servers, string directory)
    {
        IPEndPoint[] listeners = [.. servers.Select(static _ => FreePort.Next())];
        string path = Path.Combine(directory, "proxy.conf");
        File.WriteAllText(path, $$"""
            daemon off;
            master_process off;
            pid {{directory}}/proxy.pid;
            error_log {{directory}}/proxy.err;
            events { worker_connections 512; }
            http {
                access_log off;
                client_header_timeout 700ms;
                client_body_timeout 700ms;
                keepalive_timeout 700ms;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header Host $http_host;
                client_body_temp_path {{directory}}/proxy-body;
                proxy_temp_path {{directory}}/proxy-proxy;
                fastcgi_temp_path {{directory}}/proxy-fastcgi;
                uwsgi_temp_path {{directory}}/proxy-uwsgi;
                scgi_temp_path {{directory}}/proxy-scgi;
            {{string.Concat(servers.Select((server, i) => $$"""
                server { listen {{listeners[i]}}; location / { proxy_pass http://{{server}}; } }

                """))}}
            }
            """);
        return new("nginx", listeners, "/usr/sbin/nginx", "-p", directory, "-c", path);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
    }

    private void WaitUntilItListens(IPEndPoint endpoint)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(endpoint);
                return;
            }
            catch (SocketException) when (!_process.HasExited
                && !patience.IsCancellationRequested)
            {
                Thread.Yield();
            }
        }
    }
}
