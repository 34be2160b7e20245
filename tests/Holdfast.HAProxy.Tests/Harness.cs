using System.Text;
using Holdfast.Config.HAProxy;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.Text;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Linux.Pcre;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Tests;

/// <summary>A request in memory.</summary>
internal sealed class Bytes : IMessageSource
{
    public byte[] All { get; set; } = [];

    public int BodyStart { get; set; }

    public byte[] ResponseAll { get; set; } = [];

    public int ResponseBodyStart { get; set; }

    public ReadOnlySpan<byte> Request => All;

    public ReadOnlySpan<byte> RequestBody => All.AsSpan(BodyStart);

    public ReadOnlySpan<byte> Response => ResponseAll;

    public ReadOnlySpan<byte> ResponseBody => ResponseAll.AsSpan(ResponseBodyStart);
}

/// <summary>Short ways to a context and to compiled texts.</summary>
internal static class Harness
{
    public const string Defaults = """
        defaults
            mode http
            timeout client 5s
            timeout server 5s
            timeout connect 5s

        """;

    public static HAProxyModel Model(string text, params (string Path, string Text)[] files)
    {
        MemoryConfigFiles memory = MemoryConfigFiles.Of("/t.cfg", text);
        foreach ((string path, string content) in files)
        {
            memory.Add(path, content);
        }
        HAProxyParseResult result = HAProxyParser.Parse(
            ["/t.cfg"], memory, new HAProxyParseOptions { AcceptLoss = true });
        string[] errors = [.. result.Diagnostics.Where(static d => d.Severity == Severity.Error)
            .Select(static d => $"{d.Span}: {d.Message}")];
        Assert.True(errors.Length == 0, string.Join('\n', errors));
        return result.Model;
    }

    public static CompileEnvironment Environment(HAProxyModel model) => new(model, new PcreFactory())
    {
        ReadEnvironment = static name => name == "HF_TEST" ? "value of it" : null,
        ReadFile = static path => Cases.Files.FirstOrDefault(f => f.Path == path).Text is { } text
            ? Encoding.ASCII.GetBytes(text) : null,
        HostName = "here",
        CurrentProxy = model.Proxies.FirstOrDefault()?.Name ?? "",
    };

    /// <summary>A context with a request whose head is parsed.</summary>
    public static RequestContext Context(string request)
    {
        var bytes = new Bytes { All = Encoding.Latin1.GetBytes(request) };
        var context = new RequestContext(bytes, 42)
        {
            ClientConnection = new(IpAddress.V4(192, 0, 2, 7), 4321, IpAddress.V4(198, 51, 100, 9), 80),
            Frontend = new ProxyIdentity("f", 1),
            HasProxyHeader = true,
            WallClock = 1_700_000_000_123_456,
        };
        context.BeginRequest();
        var head = new H1Head(H1Limits.Default, H1Leniency.HAProxy);
        H1Result result = H1Parser.ParseRequest(bytes.All, head);
        Assert.Equal(H1Outcome.Done, result.Outcome);
        bytes.BodyStart = result.Consumed;
        context.RequestHead = head;
        context.HasWholeBody = true;
        return context;
    }

    public static string Write(CompiledLogFormat format, RequestContext context)
    {
        byte[] room = new byte[20000];
        return Encoding.Latin1.GetString(room, 0, format.Write(context, room));
    }
}
