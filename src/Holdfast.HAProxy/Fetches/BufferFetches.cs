using System.Buffers.Binary;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.ClientHello;

namespace Holdfast.HAProxy.Fetches;

/// <summary>Contents of buffers: bodies, payload, the hello of TLS (section 7.3.5 of the manual).</summary>
internal static class BufferFetches
{
    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("req.body", static (c, ref s) => RequestFetches.HasRequest(c, ref s)
            && s.SetBinary(c.Source.RequestBody));
        table.Register("res.body", static (c, ref s) => RequestFetches.HasResponse(c, ref s)
            && s.SetBinary(c.Source.ResponseBody));
        table.Register("req.body_len", static (c, ref s) => RequestFetches.HasRequest(c, ref s)
            && s.Set((long)c.Source.RequestBody.Length));
        table.Register("res.body_len", static (c, ref s) => RequestFetches.HasResponse(c, ref s)
            && s.Set((long)c.Source.ResponseBody.Length));
        table.Register("req.body_size", static (c, ref s) => RequestFetches.HasRequest(c, ref s)
            && s.Set(Math.Max(c.Source.RequestBody.Length, c.RequestHead!.Body.Length)));
        table.Register("res.body_size", static (c, ref s) => RequestFetches.HasResponse(c, ref s)
            && s.Set(Math.Max(c.Source.ResponseBody.Length, c.ResponseHead!.Body.Length)));
        table.Register("req.len req_len", static _ => static (c, ref s) => Length(c, ref s, isResponse: false));
        table.Register("res.len", static _ => static (c, ref s) => Length(c, ref s, isResponse: true));
        table.Register("req.payload", static a => Payload(a, false));
        table.Register("res.payload", static a => Payload(a, true));
        table.Register("payload", static a => Payload(a, null));
        table.Register("req.payload_lv", static a => LengthValue(a, false));
        table.Register("res.payload_lv", static a => LengthValue(a, true));
        table.Register("payload_lv", static a => LengthValue(a, null));
        table.Register("wait_end", static (c, ref s) =>
        {
            s.MayChange = !c.IsFinal;
            return c.IsFinal && s.Set(true);
        });
        RegisterHello(table);
    }

    private static void RegisterHello(Dictionary<string, StepFactory> table)
    {
        table.Register("req.ssl_sni req_ssl_sni", static _ => static (c, ref s) =>
            TryHello(c, ref s, out ClientHelloFacts facts) && !c.Source.Request[facts.ServerName].IsEmpty
            && s.SetText(c.Source.Request[facts.ServerName]));
        table.Register("req.ssl_alpn", static _ => static (c, ref s) => TryHello(c, ref s, out ClientHelloFacts facts)
            && TryFirstProtocol(c.Source.Request[facts.Protocols], ref s));
        table.Register("req.ssl_ver req_ssl_ver", static _ => static (c, ref s) =>
            TryHello(c, ref s, out ClientHelloFacts facts)
            && s.Set(((long)(facts.LegacyVersion >> 8) << 16) + (facts.LegacyVersion & 0xFF)));
        table.Register("req.ssl_st_ext", static _ => static (c, ref s) =>
            TryHello(c, ref s, out ClientHelloFacts facts) && s.Set(facts.HasSessionTicket ? 1L : 0L));
        table.Register("req.ssl_ec_ext", static (c, ref s) =>
            TryHello(c, ref s, out ClientHelloFacts facts) && s.Set(facts.HasCurves));
        table.Register("req.ssl_hello_type req_ssl_hello_type",
            static _ => static (c, ref s) => HelloType(c.Source.Request, c, ref s));
        table.Register("res.ssl_hello_type rep_ssl_hello_type",
            static _ => static (c, ref s) => HelloType(c.Source.Response, c, ref s));
        table.Register("req.rdp_cookie rdp_cookie", static a => RdpCookie(a, isCount: false));
        table.Register("req.rdp_cookie_cnt rdp_cookie_cnt", static a => RdpCookie(a, isCount: true));
    }

    private static bool Length(RequestContext c, ref Sample s, bool isResponse)
    {
        s.MayChange = !c.IsFinal;
        return s.Set((long)Buffer(c, isResponse).Length);
    }

    private static ReadOnlySpan<byte> Buffer(RequestContext c, bool isResponse)
        => isResponse ? c.ResponseHead is null ? c.Source.Response : c.Source.ResponseBody
            : c.RequestHead is null || c.IsStream ? c.Source.Request : c.Source.RequestBody;

    private static SampleStep Payload(StepArguments a, bool? isResponse)
    {
        int offset = (int)a.Integer(0);
        int length = (int)a.Integer(1);
        return (c, ref s) =>
        {
            ReadOnlySpan<byte> buffer = Buffer(c, isResponse ?? c.IsResponse);
            if (offset + (long)length > buffer.Length || offset > buffer.Length)
            {
                s.MayChange = !c.IsFinal;
                return false;
            }
            s.MayChange = length == 0 && !c.IsFinal;
            return s.SetBinary(length == 0 ? buffer[offset..] : buffer.Slice(offset, length));
        };
    }

    private static SampleStep LengthValue(StepArguments a, bool? isResponse)
    {
        int lengthOffset = (int)a.Integer(0);
        int lengthSize = (int)a.Integer(1);
        string shift = a.Text(2);
        long offset = shift.Length > 0 ? Numbers.Read(a.Bytes(2)) : 0;
        bool isRelative = shift is ['+' or '-', ..];
        return (c, ref s) =>
        {
            ReadOnlySpan<byte> buffer = Buffer(c, isResponse ?? c.IsResponse);
            if (lengthOffset + (long)lengthSize > buffer.Length)
            {
                s.MayChange = !c.IsFinal;
                return false;
            }
            long length = 0;
            foreach (byte b in buffer.Slice(lengthOffset, lengthSize))
            {
                length = (length << 8) + b;
            }
            long start = shift.Length == 0 ? lengthOffset + lengthSize
                : isRelative ? lengthOffset + lengthSize + offset : offset;
            if (length <= 0 || start < 0 || length > StoredBytes.LengthMax || start + length > buffer.Length)
            {
                s.MayChange = !c.IsFinal && length > 0;
                return false;
            }
            return s.SetBinary(buffer.Slice((int)start, (int)length));
        };
    }

    private static bool TryHello(RequestContext c, ref Sample s, out ClientHelloFacts facts)
    {
        ClientHelloOutcome outcome = ClientHelloParser.Parse(c.Source.Request, out facts);
        s.MayChange = outcome == ClientHelloOutcome.NeedMore && !c.IsFinal;
        return outcome == ClientHelloOutcome.Done;
    }

    private static bool TryFirstProtocol(ReadOnlySpan<byte> list, ref Sample s)
        => list.Length > 1 && list[0] < list.Length && s.SetText(list.Slice(1, list[0]));

    private static bool HelloType(ReadOnlySpan<byte> buffer, RequestContext c, ref Sample s)
    {
        if (buffer.Length < 6)
        {
            s.MayChange = !c.IsFinal && (buffer.IsEmpty || buffer[0] == 0x16);
            return false;
        }
        return buffer[0] == 0x16 && buffer[1] == 3 && s.Set((long)buffer[5]);
    }

    /// <summary>
    /// The cookie of the first packet of RDP: "Cookie: name=value" behind 11 bytes of TPKT and X.224.
    /// </summary>
    private static SampleStep RdpCookie(StepArguments a, bool isCount)
    {
        byte[] name = a.Bytes(0);
        return (c, ref s) =>
        {
            ReadOnlySpan<byte> buffer = c.Source.Request;
            if (buffer.Length <= 11)
            {
                s.MayChange = !c.IsFinal;
                return false;
            }
            bool isRdp = buffer[0] == 3 && buffer[1] == 0 && buffer[5] == 0xE0
                && BinaryPrimitives.ReadUInt16BigEndian(buffer[2..]) is >= 11;
            ReadOnlySpan<byte> rest = buffer[11..];
            bool found = false;
            ReadOnlySpan<byte> value = default;
            if (isRdp && rest.Length > 8 && Http.Headers.HttpText.EqualsIgnoreCase(rest[..7], "Cookie:"u8))
            {
                rest = rest[7..].TrimStart((byte)' ');
                int end = rest.IndexOf("\r\n"u8);
                int equals = rest.IndexOf((byte)'=');
                found = end > equals && equals > 0
                    && (name.Length == 0 || Http.Headers.HttpText.EqualsIgnoreCase(rest[..equals], name));
                value = found ? rest[(equals + 1)..end] : default;
            }
            return isCount ? s.Set(found ? 1L : 0L) : found && s.SetText(value);
        };
    }
}
