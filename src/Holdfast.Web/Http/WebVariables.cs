using Holdfast.Nginx.Limits;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Variables;
using Holdfast.Web.Http.Passing;
using Holdfast.Web.Tls;

namespace Holdfast.Web.Http;

/// <summary>Variables whose values the engine knows: files, upstreams, limits.</summary>
internal static class WebVariables
{
    /// <summary>Defines all of them.</summary>
    /// <param name="table">Where to.</param>
    /// <param name="version">What <c>$nginx_version</c> is.</param>
    internal static void Define(VariableTable table, string version)
    {
        byte[] shown = System.Text.Encoding.ASCII.GetBytes(version);
        table.Define("nginx_version", (_, out isFound) =>
        {
            isFound = true;
            return shown;
        });
        table.Define("realip_remote_addr", static (request, out isFound) =>
        {
            isFound = true;
            TextBuilder text = request.Builders.Rent();
            if (Of(request).Session.PeerAddress is { IsNone: false } address)
            {
                text.Advance(Primitives.AddressText.Write(address, text.Room(64)));
            }
            else
            {
                text.Put("unix:"u8);
            }
            return Keep(request, text);
        });
        table.Define("realip_remote_port", static (request, out isFound) =>
        {
            isFound = true;
            TextBuilder text = request.Builders.Rent();
            if (Of(request).Session.PeerPort is > 0 and var port)
            {
                Answers.AnswerWriter.PutNumber(text, port);
            }
            return Keep(request, text);
        });
        UpstreamVariables.Define(table);
        table.DefineFamily("ssl_", static rest =>
        {
            string name = "ssl_" + rest;
            return (request, out isFound) =>
            {
                isFound = TlsVariables.TryRead(
                    Of(request).Session.Client, name, request.Arena, out ReadOnlySpan<byte> value);
                return value;
            };
        });
        table.Define("limit_req_status", static (request, out isFound) =>
        {
            ReadOnlySpan<byte> text = LimitStatuses.TextOf(Of(request).RequestLimit);
            isFound = !text.IsEmpty;
            return text;
        });
        table.Define("limit_conn_status", static (request, out isFound) =>
        {
            ReadOnlySpan<byte> text = LimitStatuses.TextOf(Of(request).ConnectionLimit);
            isFound = !text.IsEmpty;
            return text;
        });
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
