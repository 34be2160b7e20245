using System.Diagnostics;
using System.Net;
using System.Text;

namespace Holdfast.Garden.Tests.Origins;

/// <summary>An origin that is a program with a configuration file and an access log.</summary>
internal sealed record ProgramOrigin : Origin
{
    private readonly string _log;
    private readonly Process _process;

    private ProgramOrigin(string name, IPEndPoint endpoint, string log, string program, params string[] arguments)
        : base(name, endpoint)
    {
        _log = log;
        _process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { ["APACHE_RUN_DIR"] = "/tmp" },
        })!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        WaitUntilItListens(_process);
    }

    public static ProgramOrigin Nginx(IPEndPoint endpoint, string directory) => new("nginx", endpoint,
        Path.Combine(directory, "nginx.log"), "/usr/sbin/nginx", "-p", directory, "-c", Write(directory, "nginx.conf",
            $$"""
            daemon off;
            master_process off;
            pid {{directory}}/nginx.pid;
            error_log {{directory}}/nginx.err;
            events { worker_connections 512; }
            http {
                log_format seen '$remote_addr|$status|$http_host|$request';
                access_log {{directory}}/nginx.log seen;
                client_body_temp_path {{directory}}/nginx-body;
                proxy_temp_path {{directory}}/nginx-proxy;
                fastcgi_temp_path {{directory}}/nginx-fastcgi;
                uwsgi_temp_path {{directory}}/nginx-uwsgi;
                scgi_temp_path {{directory}}/nginx-scgi;
                server {
                    listen {{endpoint}};
                    location / { return 200 "ok"; }
                }
            }
            """));

    public static ProgramOrigin Apache(IPEndPoint endpoint, string directory) => new("Apache", endpoint,
        Path.Combine(directory, "apache.log"), "/usr/sbin/apache2", "-X", "-f", Write(directory, "apache.conf", $"""
            ServerRoot {directory}
            ServerName a
            Listen {endpoint}
            PidFile {directory}/apache.pid
            ErrorLog {directory}/apache.err
            DefaultRuntimeDir {directory}
            Mutex file:{directory}
            LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
            LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
            LoadModule rewrite_module /usr/lib/apache2/modules/mod_rewrite.so
            DocumentRoot {directory}/www
            LogFormat "%a|%>s|%{"{"}Host{"}"}i|%r" seen
            CustomLog {directory}/apache.log seen
            RewriteEngine on
            RewriteRule .* /index.html [L]
            """));

    public static ProgramOrigin Lighttpd(IPEndPoint endpoint, string directory) => new("lighttpd", endpoint,
        Path.Combine(directory, "lighttpd.log"), "/usr/sbin/lighttpd", "-D", "-f", Write(directory, "lighttpd.conf",
            $$"""
            server.modules = ("mod_rewrite", "mod_accesslog")
            server.document-root = "{{directory}}/www"
            server.bind = "{{endpoint.Address}}"
            server.port = {{endpoint.Port}}
            server.errorlog = "{{directory}}/lighttpd.err"
            accesslog.filename = "{{directory}}/lighttpd.log"
            accesslog.format = "%h|%s|%{Host}i|%r"
            index-file.names = ("index.html")
            url.rewrite-once = (".*" => "/index.html")
            """));

    public static ProgramOrigin Node(IPEndPoint endpoint, string directory) => new("Node", endpoint,
        Path.Combine(directory, "node.log"), "node", Path.Combine(AppContext.BaseDirectory, "Origins", "node.js"),
        $"{endpoint.Address}", $"{endpoint.Port}", Path.Combine(directory, "node.log"));

    public override void Dispose()
    {
        if (!_process.HasExited)
        {
            // SIGTERM, so that what it has not written yet is written.
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            kill.WaitForExit();
            if (!_process.WaitForExit(TimeSpan.FromSeconds(20)))
            {
                _process.Kill();
                _process.WaitForExit();
            }
        }
        _process.Dispose();
    }

    protected override IEnumerable<string> Log()
        => File.Exists(_log) ? File.ReadLines(_log, Encoding.Latin1) : [];

    private static string Write(string directory, string name, string text)
    {
        string path = Path.Combine(directory, name);
        File.WriteAllText(path, text);
        string www = Directory.CreateDirectory(Path.Combine(directory, "www")).FullName;
        File.WriteAllText(Path.Combine(www, "index.html"), "ok");
        return path;
    }
}
