using Holdfast.Config.Nginx;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Text;
using Holdfast.Linux.Pcre;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Variables;

namespace Holdfast.Nginx.Tests;

/// <summary>An http block as ours reads it, for pieces that take its settings.</summary>
internal sealed class MemoryBlock
{
    private readonly VariableTable _variables = new();

    internal MemoryBlock(string http, string directory = "/n")
    {
        NginxParseResult result = NginxParser.Parse("/n/nginx.conf", MemoryConfigFiles.Of("/n/nginx.conf",
            "events { }\nhttp {\n" + http.Replace("@S@", directory, StringComparison.Ordinal) + "\n}\n"));
        Assert.True(!result.HasErrors, string.Join('\n', result.Diagnostics.Select(static d => d.Message)) + http);
        Model = result.Model.Http!;
        VariableDeclarations.Declare(Model, _variables);
        Texts = new TextCompiler(_variables, new PcreFactory());
    }

    internal HttpModel Model { get; }

    internal TextCompiler Texts { get; }

    /// <summary>What holds in a location of the first server.</summary>
    internal HttpSettings this[string location]
        => Model.Servers[0].Locations.First(one => one.Text == location).Settings;

    /// <summary>A request that has begun.</summary>
    internal Request Begin(MemoryRequest facts)
    {
        var request = new Request();
        Begin(request, facts);
        return request;
    }

    /// <summary>Begins a request that was cleared.</summary>
    internal void Begin(Request request, MemoryRequest facts)
    {
        request.Begin(facts, _variables.Count);
        Assert.True(request.TryReadTarget(mergesSlashes: true));
        request.SetHost("a.example"u8);
    }
}
