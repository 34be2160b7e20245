using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Holdfast.Config.HAProxy;
using Holdfast.Config.Text;
using Holdfast.Primitives;
using Holdfast.Proxy.HAProxy;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Tests.Checks.Original;

/// <summary>Peers and log of one program.</summary>
internal sealed partial class CheckSide : IDisposable
{
    private const string File = "/t.cfg";

    private readonly CheckCase[] _cases;
    private readonly Dictionary<string, CheckPeer> _peers;
    private readonly LogSink _log = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hf-check");

    internal CheckSide(CheckCase[] cases)
    {
        _cases = cases;
        _peers = cases.ToDictionary(static one => one.Name, static one => new CheckPeer(one));
    }

    internal string Configuration
    {
        get
        {
            var text = new StringBuilder($"""
                global
                 log 127.0.0.1:{_log.Port} local0
                 max-spread-checks 1s
                 stats socket @SOCKET@ level admin
                 external-check
                 insecure-fork-wanted
                 nbthread 1
                 node here
                defaults
                 mode tcp
                 log global
                 timeout connect 25s
                 timeout check 25s
                 timeout server 25s
                 timeout client 25s
                 option log-health-checks

                """);
            foreach (CheckCase one in _cases)
            {
                string port = _peers[one.Name].Port.ToString(CultureInfo.InvariantCulture);
                text.Append(CultureInfo.InvariantCulture, $"{(one.IsListen ? "listen" : "backend")} {one.Name}\n");
                if (one.IsListen)
                {
                    text.Append(CultureInfo.InvariantCulture, $" bind unix@{PlaceOf(one)}\n");
                }
                foreach (string line in one.Lines)
                {
                    text.Append(CultureInfo.InvariantCulture,
                        $" {line.Replace("@PORT@", port, StringComparison.Ordinal)}\n");
                }
                string server = one.Server ?? "127.0.0.1:@PORT@ check inter 60s";
                text.Append(CultureInfo.InvariantCulture,
                    $" server s {$"{server} {one.Options}".Replace("@PORT@", port, StringComparison.Ordinal)}\n");
            }
            return text.ToString();
        }
    }

    /// <summary>Names of those that have not said enough.</summary>
    internal string Missing => string.Join(", ", _cases.Where(one => LinesOf(one).Length < one.LineCount)
        .Select(static one => one.Name));

    internal bool IsComplete => Missing.Length == 0;

    /// <summary>Where a listen section listens.</summary>
    internal string PlaceOf(CheckCase one) => Path.Combine(_directory.FullName, one.Name);

    /// <summary>Lines about the servers of a backend.</summary>
    internal string[] LinesOf(CheckCase one) => _log.With($" {one.Name}/", $" {one.Name} has ");

    internal CheckSight Seen(CheckCase one, string status)
    {
        string sent = _peers[one.Name].Received(int.MaxValue);
        sent = ProxyPorts().Replace(sent, "PROXY TCP4 127.0.0.1 127.0.0.1 N N");
        sent = StatePort().Replace(sent, "; port=N;");
        // The hello of TLS has the time and random bytes in it.
        sent = one.Name.StartsWith("p_tls", StringComparison.Ordinal) && sent.Length > 15
            ? sent[..11] + "TIME" + sent[15..]
            : !one.IsTls && sent.StartsWith("\x16\x03\x01", StringComparison.Ordinal) ? "hello" : sent;
        // A peer may not notice a handshake that nothing follows.
        sent = one.IsTls && sent.EndsWith(')') ? "" : sent;
        return new CheckSight(sent, status, string.Join('\n', LinesOf(one)));
    }

    /// <summary>Starts the file here.</summary>
    internal static ProxyEngine Start(string configuration, TransportChoice transport)
    {
        HAProxyParseResult parsed = HAProxyParser.Parse(
            [File],
            MemoryConfigFiles.Of(File, configuration.Replace("@SOCKET@", "/none", StringComparison.Ordinal)),
            new HAProxyParseOptions { AcceptLoss = true });
        Assert.Empty(parsed.Diagnostics.Where(static d => d.Severity == Severity.Error)
            .Select(static d => $"{d.Span}: {d.Message}"));
        var facts = new TranslationFacts(1, static (_, _) => null)
        {
            HostName = "here",
        };
        ProxyTranslation translation = ProxyTranslator.Translate(parsed.Model, facts);
        Assert.Empty(translation.Problems.Select(static d => $"{d.Span}: {d.Message}"));
        return ProxyEngine.Start(translation.Options with { Transport = transport });
    }

    public void Dispose()
    {
        foreach (CheckPeer peer in _peers.Values)
        {
            peer.Dispose();
        }
        _log.Dispose();
        _directory.Delete(recursive: true);
    }

    [GeneratedRegex(@"PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 \d+ \d+")]
    private static partial Regex ProxyPorts();

    [GeneratedRegex("; port=[0-9]+;")]
    private static partial Regex StatePort();
}
