using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Holdfast.Config.Nginx;
using Holdfast.Config.Text;
using Holdfast.Primitives;
using Holdfast.Proxy.Options;
using Holdfast.Tests.Repository;
using Holdfast.Web.Logs;
using Holdfast.Web.Running;
using Holdfast.Web.Translation;

namespace Holdfast.Web.Tests.Streams;

/// <summary>
/// A stream block, run by the real nginx or by our engine, in a directory of its own: @S@ is that, @O@ the directory of
/// the origins of the test.
/// </summary>
internal sealed partial class StreamSide : IDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hf-stream");
    private readonly OriginalNginx? _original;
    private readonly WebLogs? _logs;
    private readonly WebEngine? _engine;

    /// <param name="stream">What stands in the block; sockets are @S@/name.</param>
    /// <param name="origins">Directory of origins.</param>
    /// <param name="transport">Ours, by this transport; null: the original.</param>
    /// <param name="block">Name of the block: stream or mail.</param>
    /// <param name="threads">Event loops of ours.</param>
    internal StreamSide(string stream, string origins, TransportChoice? transport, string block = "stream",
        int threads = 1)
    {
        string file = Path.Combine(_directory.FullName, "nginx.conf");
        string text = $"{(transport is null ? $"load_module /usr/lib/nginx/modules/ngx_{block}_module.so;" : "")}\n"
            + $"events {{ }}\n{block} {{\nerror_log @S@/error.log info;\n{stream}\n}}\n";
        Port = FreePort();
        text = text.Replace("@P@", Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        text = text.Replace("@S@", _directory.FullName, StringComparison.Ordinal)
            .Replace("@O@", origins, StringComparison.Ordinal);
        File.WriteAllText(file, text);
        if (transport is null)
        {
            _original = new OriginalNginx(file);
            return;
        }
        NginxParseResult parsed = NginxParser.Parse(file, MemoryConfigFiles.Of(file, text));
        Assert.DoesNotContain(parsed.Diagnostics, static d => d.Severity == Severity.Error);
        WebConfiguration configuration = WebTranslator.Translate(parsed.Model, file, _directory.FullName + "/",
            new WebFacts(1, true, ImmutableDictionary<string, ImmutableArray<IpAddress>>.Empty))
            with
        { Transport = transport.Value, ThreadCount = threads };
        _logs = new WebLogs(_directory.FullName + "/");
        _engine = WebEngine.Start(configuration, [], _logs, failure => Failure = failure);
    }

    /// <summary>A free port: @P@.</summary>
    internal int Port { get; }

    internal Exception? Failure { get; private set; }

    /// <summary>Clients of ours that are connected.</summary>
    internal int ClientCount => _engine!.ClientCount;

    internal string DirectoryName => _directory.FullName;

    /// <summary>A connection to one of its sockets.</summary>
    internal Socket Connect(string socket)
    {
        string path = Path.Combine(_directory.FullName, socket);
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return OriginalDaemon.Connect(path);
            }
            catch (SocketException)
                when (TimeProvider.System.GetElapsedTime(start) < Patience && _original?.HasEnded != true)
            {
                Thread.Yield(); // the original has not opened it yet
            }
        }
    }

    /// <summary>Lines of a log of ours, when there are so many; what differs each time is taken out.</summary>
    internal string[] Lines(string log, int count)
    {
        string path = Path.Combine(_directory.FullName, log);
        long start = TimeProvider.System.GetTimestamp();
        string[] lines = [];
        do
        {
            lines = File.Exists(path) ? File.ReadAllText(path, Encoding.Latin1).Split('\n')[..^1] : [];
        }
        while (lines.Length < count && TimeProvider.System.GetElapsedTime(start) < Patience && Failure is null);
        Assert.Null(Failure);
        return [.. lines.Select(Plain)];
    }

    /// <summary>Lines of the error log about sessions.</summary>
    internal string[] Errors(int count)
    {
        string[] lines = [];
        long start = TimeProvider.System.GetTimestamp();
        do
        {
            lines = [.. Lines("error.log", 0).Where(static line => SessionLine().IsMatch(line))
                .Select(static line => SessionLine().Replace(line, "[$1] ", 1))];
        }
        while (lines.Length < count && TimeProvider.System.GetElapsedTime(start) < Patience);
        return lines;
    }

    public void Dispose()
    {
        _original?.Dispose();
        _engine?.Dispose();
        _logs?.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>A port below those that the kernel gives to connections, free for TCP and UDP.</summary>
    private static int FreePort()
    {
        while (true)
        {
            IPEndPoint place = new(IPAddress.Any, Random.Shared.Next(20_000, 32_000));
            using Socket datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            using Socket stream = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                datagrams.Bind(place);
                stream.Bind(place);
                return place.Port;
            }
            catch (SocketException)
            {
                // It is taken: another one.
            }
        }
    }

    private string Plain(string line) => LocalPort().Replace(Plainer(line), "127.0.0.1:P");

    private string Plainer(string line) => Seconds().Replace(
        line.Replace(_directory.FullName, "DIR", StringComparison.Ordinal), "0.0");

    [GeneratedRegex(@"^\S+ \S+ \[(\w+)\] \d+#\d+: \*\d+ ")]
    private static partial Regex SessionLine();

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex LocalPort();

    [GeneratedRegex(@"\b\d+\.\d{3}\b")]
    private static partial Regex Seconds();
}
