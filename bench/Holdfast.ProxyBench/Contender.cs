using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Holdfast.ProxyBench;

/// <summary>A proxy that is measured: HAProxy and Holdfast with the same file, nginx with its like.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Arguments">Its command line: row, port, options; what it needs stands in the directory.</param>
internal sealed record Contender(string Name, Func<BenchRow, int, BenchOptions, string, string[]> Arguments)
{
    internal const int OriginPort = 9000;
    internal const int LogPort = 9001;
    internal const string Pem = "bench.pem";

    internal static IReadOnlyList<Contender> All { get; } =
    [
        // With its master, as its service runs: Holdfast has a supervisor, too.
        new("haproxy", static (row, port, _, directory) =>
            ["haproxy", "-W", "-db", "-f", HAProxyFile(row, port, directory)]),
        new("nginx", Nginx),
        new("epoll", static (row, port, options, directory) =>
            [Path.Combine(options.Tools, "without-uring"), .. Own(row, port, options, directory)]),
        new("uring", Own),
    ];

    private readonly StringBuilder _said = new();

    /// <summary>What all its processes have written.</summary>
    internal string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <summary>Starts it on one core, alone, and waits until it listens.</summary>
    internal Process Start(BenchRow row, int port, BenchOptions options, string directory)
    {
        ProcessStartInfo start = new("taskset") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("0");
        foreach (string argument in Arguments(row, port, options, directory))
        {
            start.ArgumentList.Add(argument);
        }
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{Name} does not start");
        process.OutputDataReceived += (_, e) => Note(e.Data);
        process.ErrorDataReceived += (_, e) => Note(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        LocalPort.Wait(port);
        return process;
    }

    private void Note(string? line)
    {
        lock (_said)
        {
            _ = _said.AppendLine(line);
        }
    }

    private static string[] Own(BenchRow row, int port, BenchOptions options, string directory)
        => [options.Holdfast, "-db", "-f", HAProxyFile(row, port, directory)];

    private static string HAProxyFile(BenchRow row, int port, string directory)
    {
        string path = Path.Combine(directory, "haproxy.cfg");
        File.WriteAllText(path, $"""
            global
                nbthread 1
                maxconn 9900
                log 127.0.0.1:{Text(LogPort)} local0
            defaults
                mode {(row.IsTcp ? "tcp" : "http")}
                log global
                option {(row.IsTcp ? "tcplog" : "httplog")}
                timeout connect 10s
                timeout client 30s
                timeout server 30s
                {(row.IsTcp ? "" : "timeout http-request 10s")}
                {(row.IsTcp ? "" : "timeout http-keep-alive 30s")}
                {(row.IsTcp ? "" : "http-reuse always")}
            frontend bench
                bind 127.0.0.1:{Text(port)} {(row.Tls == RowTls.None ? "" : $"ssl crt {Path.Combine(directory, Pem)}")}
                default_backend servers
            backend servers
                server origin 127.0.0.1:{Text(OriginPort)}

            """);
        return path;
    }

    private static string[] Nginx(BenchRow row, int port, BenchOptions options, string directory)
    {
        string path = Path.Combine(directory, "nginx.conf");
        string log = $"syslog:server=127.0.0.1:{Text(LogPort)},nohostname";
        string http = $$"""
            http {
                access_log {{log}} combined;
                keepalive_requests 1000000000;
                keepalive_timeout 30s;
                client_header_timeout 10s;
                upstream servers {
                    server 127.0.0.1:{{Text(OriginPort)}};
                    keepalive 1024;
                    keepalive_requests 1000000000;
                }
                server {
                    listen 127.0.0.1:{{Text(port)}} backlog=4096 {{(row.Tls == RowTls.None ? "" : "ssl")}};
                    ssl_protocols TLSv1.2 TLSv1.3;
                    {{(row.Tls == RowTls.None ? "" : $"ssl_certificate {Path.Combine(directory, Pem)};")}}
                    {{(row.Tls == RowTls.None ? "" : $"ssl_certificate_key {Path.Combine(directory, Pem)};")}}
                    location / {
                        proxy_pass http://servers;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                    }
                }
            }
            """;
        string stream = $$"""
            stream {
                log_format line '$remote_addr [$time_local] $protocol $status $bytes_sent $bytes_received '
                    '$session_time $upstream_addr';
                access_log {{log}} line;
                upstream servers {
                    server 127.0.0.1:{{Text(OriginPort)}};
                }
                server {
                    listen 127.0.0.1:{{Text(port)}} backlog=4096;
                    proxy_pass servers;
                }
            }
            """;
        File.WriteAllText(path, $$"""
            {{(row.IsTcp ? "load_module /usr/lib/nginx/modules/ngx_stream_module.so;" : "")}}
            daemon off;
            pid {{Path.Combine(directory, "nginx.pid")}};
            error_log /dev/null crit;
            worker_processes 1;
            events {
                worker_connections 19900;
            }
            {{(row.IsTcp ? stream : http)}}

            """);
        return ["nginx", "-c", path];
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
