using Holdfast.Http.H1;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Requests;

namespace Holdfast.Nginx.Variables;

/// <summary>Variables of the request, its connection and its answer (ngx_http_core_module).</summary>
internal static class CoreVariables
{
    private delegate ReadOnlySpan<byte> Reader(Request request);

    private static readonly Dictionary<string, Reader> s_always = new(StringComparer.Ordinal)
    {
        ["request_uri"] = static r => TargetOf(r.Facts.Head),
        ["is_args"] = static r => r.Arguments.IsEmpty ? default : "?"u8,
        ["request"] = static r => r.Facts.Head.ReceivedStartLine,
        ["request_method"] = static r => r.Facts.Head.Method,
        ["server_protocol"] = static r => r.Facts.Head.Head.Version == H1Version.Http10 ? "HTTP/1.0"u8 : "HTTP/1.1"u8,
        ["scheme"] = static r => r.Facts.IsTls ? "https"u8 : "http"u8,
        ["https"] = static r => r.Facts.IsTls ? "on"u8 : default,
        ["host"] = static r => r.HostName.IsEmpty ? r.Place.ServerName : r.HostName.Span,
        ["server_name"] = static r => r.Place.ServerName,
        ["connection_requests"] = static r => Figures.Number(r, r.Facts.ConnectionRequests),
        ["connection_time"] = static r => Figures.Seconds(r, r.Facts.Now - r.Facts.ConnectedAt),
        ["request_length"] = static r => Figures.Number(r, r.Facts.RequestLength),
        ["request_time"] = static r => Figures.Seconds(r, r.Facts.Now - r.Facts.BeganAt),
        ["request_id"] = static r => Identity(r),
        ["request_completion"] = static r => r.Facts.IsComplete ? "OK"u8 : default,
        ["body_bytes_sent"] = static r => Figures.Number(r, r.Facts.BodyBytesSent),
        ["pipe"] = static r => r.Facts.IsPipelined ? "p"u8 : "."u8,
    };

    internal static VariableReader? Find(string name) => name switch
    {
        "uri" or "document_uri" => static (r, out isFound) =>
        {
            isFound = !r.Path.IsEmpty || r.IsPathBad;
            return r.Path.Span;
        },
        "args" or "query_string" => static (r, out isFound) =>
        {
            isFound = !r.Arguments.IsEmpty;
            return r.Arguments.Span;
        },
        "remote_user" => static (r, out isFound) =>
        {
            isFound = !r.User.IsEmpty;
            return r.User.Span;
        },
        "content_length" => static (r, out isFound) => Single(r, KnownHeader.ContentLength, out isFound),
        "content_type" => static (r, out isFound) => Single(r, KnownHeader.ContentType, out isFound),
        "proxy_add_x_forwarded_for" => static (r, out isFound) =>
        {
            isFound = true;
            return ForwardedFor(r);
        },
        _ => s_always.TryGetValue(name, out Reader? reader) ? Always(reader) : CommonVariables.Find(name),
    };

    private static VariableReader Always(Reader reader) => (r, out isFound) =>
    {
        isFound = true;
        return reader(r);
    };

    private static ReadOnlySpan<byte> Single(Request request, KnownHeader field, out bool isFound)
    {
        HeadView head = request.Facts.Head;
        int at = head.Find(field);
        isFound = at >= 0;
        return isFound ? head.ValueAt(at) : default;
    }

    /// <summary>The target as it came, but of "http://host/path" what is behind the host.</summary>
    private static ReadOnlySpan<byte> TargetOf(HeadView head)
    {
        ReadOnlySpan<byte> target = head.Target;
        if (head.Head.Form != TargetForm.Absolute)
        {
            return target;
        }
        int authority = target.IndexOf("://"u8) + 3;
        int path = target[authority..].IndexOfAny((byte)'/', (byte)'?');
        return path < 0 ? "/"u8 : target[(authority + path)..];
    }

    private static ReadOnlySpan<byte> Identity(Request request)
    {
        Span<byte> text = request.Arena.Take(32);
        _ = System.Buffers.Text.Utf8Formatter.TryFormat(request.Facts.Identity, text, out _, 'N');
        return text;
    }

    /// <summary>X-Forwarded-For as it came, and the client behind it.</summary>
    private static ReadOnlySpan<byte> ForwardedFor(Request request)
    {
        ReadOnlySpan<byte> before = FieldVariables.Field(request, "x-forwarded-for"u8, ", "u8, out bool isFound);
        ReadOnlySpan<byte> client = Figures.Address(request, request.Facts.ClientAddress);
        if (!isFound)
        {
            return client;
        }
        Texts.TextBuilder text = request.Builders.Rent();
        text.Put(before);
        text.Put(", "u8);
        text.Put(client);
        ReadOnlySpan<byte> joined = request.Arena.Keep(text.Text);
        request.Builders.Return();
        return joined;
    }
}
