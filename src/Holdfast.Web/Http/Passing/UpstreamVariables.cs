using System.Buffers.Text;
using System.Text;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Variables;
using Holdfast.Web.Http.Answers;

namespace Holdfast.Web.Http.Passing;

/// <summary>Variables of attempts to pass a request on: a value for each, in order.</summary>
internal static class UpstreamVariables
{
    private delegate void Putter(in UpstreamTry one, TextBuilder to);

    /// <summary>Defines them.</summary>
    internal static void Define(VariableTable table)
    {
        Define(table, "upstream_addr", static (in one, to) => to.Put(one.Peer));
        Define(table, "upstream_status", static (in one, to) => PutNumber(to, one.Status > 0 ? one.Status : -1));
        Define(table, "upstream_connect_time", static (in one, to) => PutSeconds(to, one.ConnectTime));
        Define(table, "upstream_header_time", static (in one, to) => PutSeconds(to, one.HeaderTime));
        Define(table, "upstream_response_time", static (in one, to) => PutSeconds(to, one.ResponseTime));
        Define(table, "upstream_response_length", static (in one, to) => PutNumber(to, one.ResponseLength));
        Define(table, "upstream_bytes_sent", static (in one, to) => PutNumber(to, one.BytesSent));
        Define(table, "upstream_bytes_received", static (in one, to) => PutNumber(to, one.BytesReceived));
        table.Define("proxy_host", static (request, out isFound) =>
        {
            ReadOnlySpan<byte> host = HostOf(WebVariables.Of(request));
            isFound = !host.IsEmpty;
            return host;
        });
        table.Define("proxy_port", static (request, out isFound) =>
        {
            isFound = WebVariables.Of(request).Place.Content is PassHandler { Program: ProxyProgram };
            return isFound
                ? ((ProxyProgram)((PassHandler)WebVariables.Of(request).Place.Content).Program).Port : default;
        });
        table.DefineFamily("upstream_http_", static name => Field(name));
        table.DefineFamily("upstream_cookie_", static name => Cookie(name));
    }

    private static ReadOnlySpan<byte> HostOf(Exchange exchange)
        => exchange.Passing is { HostAndPort.IsEmpty: false } passing ? passing.HostAndPort.Span
            : exchange.Place.Content is PassHandler { Program: ProxyProgram { FixedHost: { } host } } ? host : default;

    private static void Define(VariableTable table, string name, Putter put)
        => table.Define(name, (request, out isFound) =>
        {
            UpstreamTries? tries = WebVariables.Of(request).Passing?.Tries;
            isFound = tries is { Count: > 0 };
            if (!isFound)
            {
                return default;
            }
            TextBuilder text = request.Builders.Rent();
            for (int i = 0; i < tries!.Count; i++)
            {
                if (tries[i].Peer is null)
                {
                    text.Put(" : "u8);
                    continue;
                }
                text.Put(i > 0 && tries[i - 1].Peer is not null ? ", "u8 : default);
                put(tries[i], text);
            }
            ReadOnlySpan<byte> value = request.Arena.Keep(text.Text);
            request.Builders.Return();
            return value;
        });

    private static void PutNumber(TextBuilder to, long value)
    {
        if (value < 0)
        {
            to.Put((byte)'-');
            return;
        }
        AnswerWriter.PutNumber(to, value);
    }

    private static void PutSeconds(TextBuilder to, long milliseconds)
    {
        PutNumber(to, milliseconds < 0 ? -1 : milliseconds / 1000);
        if (milliseconds >= 0)
        {
            to.Put((byte)'.');
            _ = Utf8Formatter.TryFormat(milliseconds % 1000, to.Room(8), out int length, new('D', 3));
            to.Advance(length);
        }
    }

    /// <summary>A field of the last answer, whether it goes on or not.</summary>
    private static VariableReader Field(string name)
    {
        byte[] field = Encoding.Latin1.GetBytes(name.Replace('_', '-'));
        return (request, out isFound) =>
        {
            isFound = false;
            return WebVariables.Of(request).Passing is { } passing ? passing.Heard(field, 0, out isFound) : default;
        };
    }

    private static VariableReader Cookie(string name)
    {
        byte[] cookie = Encoding.Latin1.GetBytes(name);
        return (request, out isFound) =>
        {
            isFound = false;
            PassedRequest? passing = WebVariables.Of(request).Passing;
            bool hasMore = passing is not null;
            for (int i = 0; hasMore; i++)
            {
                ReadOnlySpan<byte> value = passing!.Heard("set-cookie"u8, i, out hasMore);
                int end = value.IndexOf((byte)'=');
                if (end == cookie.Length && HttpText.EqualsIgnoreCase(value[..end], cookie))
                {
                    isFound = true;
                    int stop = value.IndexOf((byte)';');
                    return HttpText.Trim(stop < 0 ? value[(end + 1)..] : value[(end + 1)..stop]);
                }
            }
            return default;
        };
    }
}
