using System.Collections.Immutable;
using Holdfast.Config.HAProxy;
using Holdfast.Config.Text;
using Holdfast.Primitives;
using Holdfast.Proxy.HAProxy;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;
using Holdfast.Tests.Repository;

namespace Holdfast.Proxy.Tests.Beside;

/// <summary>The same file run by the real HAProxy and by our engine, each with servers and a log of its own.</summary>
/// <remarks>
/// In a file <c>@ADDR@</c> is a loopback address that only this side has, <c>@DIR@</c> a directory, <c>@S1@</c> to
/// <c>@S3@</c> ports of servers, and <c>@CLOSED@</c> a port where nobody listens.
/// </remarks>
internal sealed class Pair : IDisposable
{
    private const string Head = """
        global
          maxconn 500
          log @DIR@/log len 8000 local0 debug
        defaults
          mode tcp
          log global
          timeout connect 5s
          timeout client 20s
          timeout server 20s

        """;

    private Pair(Side original, Side ours)
    {
        Original = original;
        Ours = ours;
    }

    internal Side Original { get; }

    internal Side Ours { get; }

    internal static Pair Start(
        string sections, TransportChoice transport, params (string Name, string Text)[] files)
        => StartWhole(Head + sections, transport, files);

    /// <summary>The same with a file that has its own head.</summary>
    internal static Pair StartWhole(
        string sections, TransportChoice transport, params (string Name, string Text)[] files)
    {
        string text = sections.ReplaceLineEndings("\n") + "\n";
        var original = new Side();
        var ours = new Side();
        foreach ((string name, string content) in files)
        {
            File.WriteAllText(Path.Combine(original.Directory, name), content);
            File.WriteAllText(Path.Combine(ours.Directory, name), content);
        }
        string file = Path.Combine(original.Directory, "haproxy.cfg");
        File.WriteAllText(file, "global\n  nbthread 1\n" + original.Fill(text));
        original.Runs(new OriginalHaproxy(file));
        ours.Runs(Engine(ours.Fill(text), transport));
        return new Pair(original, ours);
    }

    /// <summary>What both sides show must be equal.</summary>
    internal void AssertSame(Func<Side, string> scenario)
    {
        string expected = scenario(Original);
        string actual = scenario(Ours);
        Assert.Equal(expected, actual);
    }

    public void Dispose()
    {
        Original.Dispose();
        Ours.Dispose();
    }

    private sealed class DiskFiles : ITlsFiles
    {
        public byte[]? Read(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;

        public ImmutableArray<string>? List(string path) => !Directory.Exists(path) ? null
            : [.. Directory.GetFileSystemEntries(path).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
    }

    private static ProxyEngine Engine(string text, TransportChoice transport)
    {
        HAProxyParseResult parsed = HAProxyParser.Parse(["test.cfg"], new Files(text),
            new HAProxyParseOptions { IsToRun = false });
        ImmutableArray<Diagnostic> errors = [.. parsed.Diagnostics.Where(static d => d.Severity == Severity.Error)];
        Assert.True(errors.IsEmpty, string.Join('\n', errors));
        ProxyTranslation translation = ProxyTranslator.Translate(
            parsed.Model, new TranslationFacts(1, static (_, _) => null) { TlsFiles = new DiskFiles() });
        Assert.True(translation.Problems.IsEmpty, string.Join('\n', translation.Problems));
        return ProxyEngine.Start(translation.Options with
        {
            Transport = transport,
            ThreadCount = 1,
            OnFailed = static failure => Console.Error.WriteLine($"the loop has failed: {failure}"),
        });
    }

    /// <summary>The configuration, and the files of the disk that it names.</summary>
    private sealed class Files(string text) : IConfigFiles
    {
        public string HostName => "host";

        public string WorkingDirectory => "/";

        public ConfigFile Read(string path) => path == "test.cfg" ? new(ConfigFileStatus.Read, text)
            : File.Exists(path) ? new(ConfigFileStatus.Read, File.ReadAllText(path))
            : new(ConfigFileStatus.Missing, "");

        public IReadOnlyList<string> List(string directory) => [];

        public string? GetEnvironment(string name) => null;
    }
}
