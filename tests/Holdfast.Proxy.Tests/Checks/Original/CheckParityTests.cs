using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Holdfast.Config.HAProxy;
using Holdfast.Config.Text;
using Holdfast.Health.Servers;
using Holdfast.Primitives;
using Holdfast.Proxy.HAProxy;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Tests.Checks.Original;

/// <summary>The same file in haproxy 2.6.12 and here, before the same peers.</summary>
public sealed partial class CheckParityTests
{
    private const string File = "/t.cfg";

    [Theory]
    [ClassData(typeof(Transports))]
    public void Checks_OfEveryKind_SendSayAndFindWhatTheOriginalDoes(TransportChoice transport)
    {
        CheckCase[] cases = [.. CheckCases.All];
        using var theirs = new Side(cases);
        using var ours = new Side(cases);
        using var original = new OriginalProxy(theirs.Configuration);
        using ProxyEngine engine = Start(ours.Configuration.Replace("@SOCKET@", "/none"), transport);

        Assert.True(SpinWait.SpinUntil(() => theirs.IsComplete && ours.IsComplete, TestProxy.Patience),
            "not every check has ended: " + string.Join(", ", theirs.Missing) + " and ours: " + string.Join(", ", ours.Missing));

        string[] differences = [];
        bool agree = SpinWait.SpinUntil(() =>
        {
            Dictionary<string, string> status = original.Column("check_status");
            Dictionary<string, string> code = original.Column("check_code");
            differences = [.. cases.Select(one => Difference(one,
                theirs.Seen(one, $"{status[one.Name]} {code[one.Name]}".TrimEnd()), ours.Seen(one, Found(engine, one))))
                .Where(static text => text.Length > 0)];
            return differences.Length == 0;
        }, TimeSpan.FromSeconds(5));
        Assert.True(agree, string.Join("\n\n", differences));
    }

    private static string Difference(CheckCase one, CheckSight theirs, CheckSight ours) => theirs == ours ? ""
        : $"{one.Name}:\n theirs {Show(theirs)}\n ours   {Show(ours)}";

    private static string Show(CheckSight sight) => string.Concat($"{sight}".Select(static c
        => c is >= ' ' and <= '~' or '\n' ? $"{c}" : $"\\x{(int)c:x2}"));

    private static string Found(ProxyEngine engine, CheckCase one)
    {
        CheckResult result = engine.State.FindBackend(one.Name)!.Servers[0].LastCheck;
        return result.Status.HasNumber()
            ? string.Create(CultureInfo.InvariantCulture, $"{result.Status.Code()} {result.Number}")
            : result.Status.Code();
    }

    private static ProxyEngine Start(string configuration, TransportChoice transport)
    {
        HAProxyParseResult parsed = HAProxyParser.Parse(
            [File], MemoryConfigFiles.Of(File, configuration), new HAProxyParseOptions { AcceptLoss = true });
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

    /// <summary>Peers and log of one program.</summary>
    private sealed partial class Side : IDisposable
    {
        private readonly CheckCase[] _cases;
        private readonly Dictionary<string, CheckPeer> _peers;
        private readonly LogSink _log = new();

        internal Side(CheckCase[] cases)
        {
            _cases = cases;
            _peers = cases.ToDictionary(static one => one.Name, static one => new CheckPeer(one.Peer));
        }

        internal string Configuration
        {
            get
            {
                var text = new StringBuilder($"""
                    global
                     log 127.0.0.1:{_log.Port} local0
                     max-spread-checks 1s
                     stats socket @SOCKET@
                     external-check
                     insecure-fork-wanted
                     nbthread 1
                     node here
                    defaults
                     mode tcp
                     log global
                     timeout connect 3s
                     timeout check 3s
                     timeout server 3s
                     timeout client 3s
                     option log-health-checks

                    """);
                foreach (CheckCase one in _cases)
                {
                    string port = _peers[one.Name].Port.ToString(CultureInfo.InvariantCulture);
                    text.Append(CultureInfo.InvariantCulture, $"backend {one.Name}\n");
                    foreach (string line in one.Lines)
                    {
                        text.Append(CultureInfo.InvariantCulture,
                            $" {line.Replace("@PORT@", port, StringComparison.Ordinal)}\n");
                    }
                    text.Append(CultureInfo.InvariantCulture,
                        $" server s 127.0.0.1:{port} check inter 60s {one.Options}\n");
                }
                return text.ToString();
            }
        }

        internal IEnumerable<string> Missing => _cases.Select(static one => one.Name)
            .Where(name => _log.With($"check for server {name}/s ").Length == 0);

        internal bool IsComplete => !Missing.Any();

        internal CheckSight Seen(CheckCase one, string status)
        {
            string sent = _peers[one.Name].Received(int.MaxValue);
            sent = ProxyPorts().Replace(sent, "PROXY TCP4 127.0.0.1 127.0.0.1 N N");
            sent = StatePort().Replace(sent, "; port=N;");
            // The hello of TLS has the time in it.
            sent = one.Name.StartsWith("p_tls", StringComparison.Ordinal) && sent.Length > 15
                ? sent[..11] + "TIME" + sent[15..] : sent;
            return new CheckSight(sent, status, string.Join('\n', _log.With($" {one.Name}/s ")));
        }

        public void Dispose()
        {
            foreach (CheckPeer peer in _peers.Values)
            {
                peer.Dispose();
            }
            _log.Dispose();
        }

        [GeneratedRegex(@"PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 \d+ \d+")]
        private static partial Regex ProxyPorts();

        [GeneratedRegex("; port=[0-9]+;")]
        private static partial Regex StatePort();
    }
}
