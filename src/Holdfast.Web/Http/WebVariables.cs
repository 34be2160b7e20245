using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Variables;
using Holdfast.Web.Http.Passing;

namespace Holdfast.Web.Http;

/// <summary>Variables whose values the engine knows: files, upstreams, limits.</summary>
internal static class WebVariables
{
    /// <summary>Defines all of them.</summary>
    internal static void Define(VariableTable table)
    {
        UpstreamVariables.Define(table);
        table.Define("document_root", static (request, out isFound) =>
        {
            isFound = true;
            TextBuilder text = request.Builders.Rent();
            Of(request).Place.Files.PutRoot(request, text);
            return Keep(request, text);
        });
        table.Define("request_filename", static (request, out isFound) =>
        {
            isFound = true;
            TextBuilder text = request.Builders.Rent();
            Of(request).Place.Files.PutFile(request, request.Path.Span, text);
            return Keep(request, text);
        });
    }

    /// <summary>The exchange of a request.</summary>
    internal static Exchange Of(Request request) => (Exchange)request.Facts;

    private static ReadOnlySpan<byte> Keep(Request request, TextBuilder text)
    {
        ReadOnlySpan<byte> kept = request.Arena.Keep(text.Text);
        request.Builders.Return();
        return kept;
    }
}
