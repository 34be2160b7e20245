using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Holdfast.Balancing.Tables;
using Holdfast.Config.HAProxy;
using Holdfast.Config.Text;
using Holdfast.Linux.Sockets;
using Holdfast.Management.Cli;
using Holdfast.Primitives;
using Holdfast.Proxy.HAProxy;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;

namespace Holdfast.Management.Tests;

/// <summary>Our engine on the same file, with listeners on ports that the kernel chooses.</summary>
internal sealed class Ours : IDisposable
{
    private const int LineMax = 16_384;

    private readonly CliCommandTable _commands;

    internal Ours(string directory, string text, ImmutableArray<ManagedTable>? tables = null,
        Func<ProxyOptions, ProxyOptions>? change = null, ITlsFiles? files = null)
    {
        const string Name = "judge.cfg";
        HAProxyParseResult parsed = HAProxyParser.Parse(
            [Name], new Files(directory, Name, text), new HAProxyParseOptions { AcceptLoss = true });
        Assert.False(parsed.HasErrors, string.Join('\n', parsed.Diagnostics));
        ProxyTranslation translation
            = ProxyTranslator.Translate(parsed.Model, new TranslationFacts(1, static (_, _) => null)
            {
                TlsFiles = files ?? TlsFileSet.Empty,
            });
        Assert.Empty(translation.Problems);
        ProxyOptions options = translation.Options with
        {
            Frontends = [.. translation.Options.Frontends.Select(static one => one with
            {
                Bind = new SocketEndpoint(IpAddress.V4(127, 0, 0, 1), 0),
            })],
        };
        Engine = ProxyEngine.Start(change?.Invoke(options) ?? options);
        Process = new ManagedProcess(parsed.Model, Engine, translation.Patterns, new ProcessIdentity(
            "2.6.12-1", "2026/10/17", 4711, "node", TimeProvider.System))
        {
            Tables = tables ?? Tables,
        };
        _commands = ManagementCommands.For(Process);
    }

    internal ProxyEngine Engine { get; }

    internal ManagedProcess Process { get; }

    /// <summary>A table like that of the file.</summary>
    internal static ImmutableArray<ManagedTable> Tables => [new ManagedTable("tab", new StickTable(
        new StickTableSettings
        {
            Type = StickKeyType.IPv4, Size = 1024, Expire = TimeSpan.FromMinutes(10),
            Stored =
            [
                new(StickData.ServerId), new(StickData.Gpc0), new(StickData.ConnCur), new(StickData.HttpReqCnt),
                new(StickData.HttpReqRate, PeriodMilliseconds: 10_000),
            ],
        }, 1, 2))];

    /// <summary>All that is answered to what one connection sends.</summary>
    internal string Ask(string input)
    {
        var session = new CliSession(_commands, CliLevel.Admin, LineMax);
        var output = new ArrayBufferWriter<byte>();
        session.Receive(Encoding.Latin1.GetBytes(input));
        session.Produce(output, int.MaxValue);
        return Encoding.Latin1.GetString(output.WrittenSpan);
    }

    public void Dispose() => Engine.Dispose();

    private sealed class Files(string directory, string name, string text) : IConfigFiles
    {
        public string HostName => "host";

        public string WorkingDirectory => directory;

        public ConfigFile Read(string path) => path == name ? new(ConfigFileStatus.Read, text)
            : new(ConfigFileStatus.Read, File.ReadAllText(Path.Combine(directory, path)));

        public IReadOnlyList<string> List(string path) => [];

        public string? GetEnvironment(string key) => null;
    }
}
