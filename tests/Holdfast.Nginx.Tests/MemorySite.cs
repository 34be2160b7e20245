using System.Globalization;
using System.Text;
using Holdfast.Config.Nginx;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Text;
using Holdfast.Http.Headers;
using Holdfast.Linux.Pcre;
using Holdfast.Nginx.Logs;
using Holdfast.Nginx.Maps;
using Holdfast.Nginx.Proxying;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Rewriting;
using Holdfast.Nginx.Servers;
using Holdfast.Nginx.Sites;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Variables;

namespace Holdfast.Nginx.Tests;

/// <summary>The first server of an http block, as ours compiles it.</summary>
internal sealed class MemorySite
{
    private readonly Site _site;
    private readonly VariableTable _variables = new();
    private readonly Request _request = new();
    private readonly Dictionary<string, CompiledLogFormat> _formats;

    internal MemorySite(string http)
    {
        NginxParseResult result = NginxParser.Parse("/n/nginx.conf", MemoryConfigFiles.Of("/n/nginx.conf",
            "events { }\nhttp {\n" + http.Replace("@S@", "/n", StringComparison.Ordinal) + "\n}\n"));
        Assert.True(!result.HasErrors, string.Join('\n', result.Diagnostics.Select(static d => d.Message)) + http);
        HttpModel model = result.Model.Http!;
        VariableDeclarations.Declare(model, _variables);
        var texts = new TextCompiler(_variables, new PcreFactory());
        new MapCompiler(texts).Define(model);
        _site = new SiteCompiler(texts, static (_, _) => false).Compile(model.Servers[0]);
        _formats = model.LogFormats.ToDictionary(
            static format => format.Name, format => new CompiledLogFormat(format, texts), StringComparer.Ordinal);
    }

    /// <summary>What is answered, as "status address" or "status body"; "content" when nothing answers early.</summary>
    internal string Ask(string request) => Ask(new MemoryRequest(request));

    /// <inheritdoc cref="Ask(string)"/>
    internal string Ask(MemoryRequest request) => Run(request, static (_, answer) => answer);

    /// <summary>The line that is logged.</summary>
    /// <param name="format">Name of the format.</param>
    /// <param name="request">The request.</param>
    /// <param name="sent">Bytes of the answer.</param>
    /// <param name="bodySent">Bytes of its body.</param>
    internal string Log(string format, string request, long sent, long bodySent)
        => Run(new MemoryRequest(request) { BytesSent = sent, BodyBytesSent = bodySent }, (one, _) =>
        {
            var line = new TextBuilder();
            _formats[format].Put(one, line);
            return Encoding.Latin1.GetString(line.Text);
        });

    /// <summary>The target that another server is asked for; what is answered where none is.</summary>
    internal string Passed(string request) => Run(new MemoryRequest(request), static (one, answer) =>
    {
        if (answer != "content" || one.Place.Content?.Proxy is not { } proxy)
        {
            return answer;
        }
        var target = new TextBuilder();
        PassedTarget.Put(one, Encoding.UTF8.GetBytes(proxy.Uri ?? ""), hasVariables: false, target);
        return Encoding.Latin1.GetString(target.Text);
    });

    /// <summary>Routes and logs a request, and looks at nothing.</summary>
    internal void Serve(MemoryRequest facts, string format, TextBuilder line)
    {
        _request.Begin(facts, _variables.Count);
        Assert.True(_request.TryReadTarget(mergesSlashes: true));
        _request.SetHost("a.example"u8);
        RewriteResult result = Router.Enter(_site, _request);
        Assert.True(result.Outcome == RewriteOutcome.Answer);
        _formats[format].Put(_request, line);
        _request.Clear();
    }

    private string Run(MemoryRequest facts, Func<Request, string, string> read)
    {
        _request.Begin(facts, _variables.Count);
        try
        {
            return read(_request, Answer());
        }
        finally
        {
            _request.Clear();
        }
    }

    private string Answer()
    {
        if (!_request.TryReadTarget(mergesSlashes: true))
        {
            return "400";
        }
        byte[] host = new byte[256];
        if (HostName.TryRead(_request.Facts.Head.First(KnownHeader.Host), host, out int length))
        {
            _request.SetHost(host.AsSpan(0, length));
        }
        RewriteResult result = Router.Enter(_site, _request);
        string status = result.Status.ToString(CultureInfo.InvariantCulture);
        return result.Outcome switch
        {
            RewriteOutcome.Answer => result.HasText ? $"{status} {Encoding.Latin1.GetString(result.Text)}" : status,
            RewriteOutcome.Fail => "500",
            _ => "content",
        };
    }
}
