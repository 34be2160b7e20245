using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Variables;

namespace Holdfast.Nginx.Streams;

/// <summary>Variables of the stream modules.</summary>
internal static class StreamVariables
{
    /// <summary>Version that scripts and logs see.</summary>
    private static readonly byte[] s_version = "1.31.0"u8.ToArray();

    private delegate ReadOnlySpan<byte> Reader(Request request, IStreamFacts session);

    private delegate void TryWriter(TextBuilder text, in StreamTry one);

    private static readonly Dictionary<string, Reader> s_always = new(StringComparer.Ordinal)
    {
        ["protocol"] = static (_, s) => s.IsUdp ? "UDP"u8 : "TCP"u8,
        ["bytes_received"] = static (r, s) => Figures.Number(r, s.BytesReceived),
        ["session_time"] = static (r, s) => Figures.Seconds(r, s.Now - s.ConnectedAt),
        ["server_name"] = static (_, s) => s.ServerName,
        ["nginx_version"] = static (_, _) => s_version,
        ["realip_remote_addr"] = static (r, s) => Figures.Address(r, s.RealAddress),
        ["realip_remote_port"] = static (r, s) => CommonVariables.Port(r, s.RealPort),
    };

    internal static VariableReader? Find(string name)
    {
        if (s_always.TryGetValue(name, out Reader? reader))
        {
            return (request, out isFound) =>
            {
                isFound = true;
                return reader(request, request.Session!);
            };
        }
        return name switch
        {
            "limit_conn_status" => static (r, out isFound) =>
            {
                isFound = !r.Session!.LimitStatus.IsEmpty;
                return r.Session.LimitStatus;
            },
            "ssl_preread_protocol" => static (r, out isFound) => Hello(r, r.Session!.Hello.Protocol, out isFound),
            "ssl_preread_server_name" => static (r, out isFound) => Hello(r, r.Session!.Hello.ServerName, out isFound),
            "ssl_preread_alpn_protocols" => static (r, out isFound)
                => Hello(r, r.Session!.Hello.Protocols, out isFound),
            _ => AnnouncedVariables.Find(name) ?? Upstream(name) ?? Tls(name) ?? CommonVariables.Find(name),
        };
    }

    private static ReadOnlySpan<byte> Hello(Request request, ReadOnlyMemory<byte> fact, out bool isFound)
    {
        isFound = request.Session!.Hello.IsLookedAt;
        return fact.Span;
    }

    private static VariableReader? Tls(string name)
        => !name.StartsWith("ssl_", StringComparison.Ordinal) ? null : (request, out isFound) =>
        {
            isFound = request.Session!.TryReadTls(name, request.Arena, out ReadOnlySpan<byte> value);
            return value;
        };

    private static VariableReader? Upstream(string name)
    {
        TryWriter? write = name switch
        {
            "upstream_addr" => static (text, in one) => text.Put(one.Address),
            "upstream_bytes_sent" => static (text, in one) => Number(text, one.BytesSent),
            "upstream_bytes_received" => static (text, in one) => Number(text, one.BytesReceived),
            "upstream_connect_time" => static (text, in one) => Time(text, one.ConnectMilliseconds),
            "upstream_first_byte_time" => static (text, in one) => Time(text, one.FirstByteMilliseconds),
            "upstream_session_time" => static (text, in one) => Time(text, one.Milliseconds),
            _ => null,
        };
        return write is null ? null : (request, out isFound) =>
        {
            ReadOnlySpan<StreamTry> tries = request.Session!.Tries;
            isFound = !tries.IsEmpty;
            TextBuilder text = request.Builders.Rent();
            for (int i = 0; i < tries.Length; i++)
            {
                if (i > 0)
                {
                    text.Put(", "u8);
                }
                write(text, tries[i]);
            }
            ReadOnlySpan<byte> all = request.Arena.Keep(text.Text);
            request.Builders.Return();
            return all;
        };
    }

    private static void Number(TextBuilder text, long value)
    {
        Span<byte> room = text.Room(20);
        _ = System.Buffers.Text.Utf8Formatter.TryFormat(value, room, out int length);
        text.Advance(length);
    }

    private static void Time(TextBuilder text, long milliseconds)
    {
        if (milliseconds < 0)
        {
            text.Put((byte)'-');
            return;
        }
        Number(text, milliseconds / 1000);
        Span<byte> rest = text.Room(4);
        rest[0] = (byte)'.';
        _ = System.Buffers.Text.Utf8Formatter.TryFormat(milliseconds % 1000, rest[1..], out int length, new('D', 3));
        text.Advance(length + 1);
    }
}
