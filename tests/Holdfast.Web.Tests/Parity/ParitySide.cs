using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Holdfast.Config.Nginx;
using Holdfast.Linux.Files;
using Holdfast.Primitives;
using Holdfast.Proxy.Options;
using Holdfast.Tests.Repository;
using Holdfast.Web.Logs;
using Holdfast.Web.Running;
using Holdfast.Web.Translation;

namespace Holdfast.Web.Tests.Parity;

/// <summary>A scenario carried out by one program: what clients, peers and the log have seen.</summary>
internal static partial class ParitySide
{
    // Longer than both linger for what a client still sends (lingering_timeout: 5 s).
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    /// <summary>By the real nginx.</summary>
    internal static string Original(Scenario scenario) => Run(scenario, directory =>
    {
        var original = new OriginalNginx(Path.Combine(directory, "nginx.conf"));
        original.WaitUntil(() => IsListening(directory));
        return original;
    });

    /// <summary>By ours, with the defaults of nginx 1.22.</summary>
    internal static string Ours(Scenario scenario, TransportChoice transport) => Run(scenario, directory =>
    {
        string path = Path.Combine(directory, "nginx.conf");
        string prefix = directory + "/";
        NginxParseResult parsed = NginxParser.Parse(path, new DiskConfigFiles(),
            new NginxParseOptions { Prefix = prefix });
        Assert.False(parsed.HasErrors, string.Join("\n", parsed.OriginalLines));
        WebConfiguration configuration = WebTranslator.Translate(parsed.Model, path, prefix,
            new WebFacts(1, true, ImmutableDictionary<string, ImmutableArray<IpAddress>>.Empty)) with
        {
            Transport = transport,
            IsCompatible122 = true,
        };
        var logs = new WebLogs(prefix);
        Exception? failure = null;
        WebEngine engine = WebEngine.Start(configuration, [], logs, e => failure = e);
        return new Ending(() =>
        {
            engine.Dispose();
            logs.Dispose();
            Assert.True(failure is null, failure?.ToString());
        });
    });

    private static string Run(Scenario scenario, Func<string, IDisposable> start)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("hf-parity");
        _ = FileNames.SetMode(directory.FullName, 0x1ED); // 0755: its worker may be nobody
        try
        {
            foreach ((string name, string text) in scenario.Files)
            {
                string path = Path.Combine(directory.FullName, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, text, Encoding.Latin1);
                File.SetLastWriteTimeUtc(path, new DateTime(2024, 2, 29, 12, 34, 56, DateTimeKind.Utc));
            }
            File.WriteAllText(Path.Combine(directory.FullName, "nginx.conf"), ConfigOf(scenario, directory.FullName));
            List<CannedPeer> peers = [.. scenario.Peers.Select(
                one => new CannedPeer(Path.Combine(directory.FullName, one.Key), one.Value))];
            var seen = new StringBuilder();
            using (start(directory.FullName))
            {
                foreach (string ask in scenario.Asks)
                {
                    seen.Append(CultureInfo.InvariantCulture, $"> {Ask(directory.FullName, ask)}\n");
                }
            }
            foreach (CannedPeer peer in peers)
            {
                seen.Append(CultureInfo.InvariantCulture, $"peer: {peer.Heard}\n");
                peer.Dispose();
            }
            string log = Path.Combine(directory.FullName, "access.log");
            seen.Append(CultureInfo.InvariantCulture,
                $"log: {(File.Exists(log) ? File.ReadAllText(log, Encoding.Latin1) : "")}");
            return Normalize(seen.ToString(), directory.FullName);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string ConfigOf(Scenario scenario, string directory) => $$"""
        events { }
        http {
            log_format parity '$remote_addr|$request|$status|$body_bytes_sent|$upstream_addr|$upstream_status|$uri';
            access_log access.log parity;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
        {{scenario.Http.Replace("@S@", directory, StringComparison.Ordinal)}}
        }
        """;

    /// <summary>Sends all, and hears until the other side ends; one that stays open is shown as that.</summary>
    private static string Ask(string directory, string text)
    {
        using Socket socket = OriginalDaemon.Connect(Path.Combine(directory, "s"));
        socket.ReceiveTimeout = (int)s_patience.TotalMilliseconds;
        try
        {
            socket.Send(Encoding.Latin1.GetBytes(text));
        }
        catch (SocketException)
        {
            // it may have answered and ended already
        }
        var heard = new StringBuilder();
        byte[] buffer = new byte[65_536];
        try
        {
            for (int count = socket.Receive(buffer); count > 0; count = socket.Receive(buffer))
            {
                heard.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (SocketException e)
        {
            heard.Append(e.SocketErrorCode == SocketError.ConnectionReset ? "" : $"<{e.SocketErrorCode}>");
        }
        return heard.ToString();
    }

    private static bool IsListening(string directory)
    {
        try
        {
            OriginalDaemon.Connect(Path.Combine(directory, "s")).Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Normalize(string text, string directory) => Dates().Replace(
        text.Replace(directory, "@S@", StringComparison.Ordinal), "Date: @\r\n");

    [GeneratedRegex("Date: [^\r]*\r\n")]
    private static partial Regex Dates();

    private sealed class Ending(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
