using System.IO.Hashing;
using Holdfast.HAProxy.Samples;
using Holdfast.Linux.OpenSsl;

namespace Holdfast.Proxy.Tls;

// What is known only where a file has it kept: the client's hello, and secrets.
internal sealed partial class TlsLayer
{
    private const int NameMax = 64;

    private bool TryReadHello(
        ReadOnlySpan<char> fact, IReadOnlyList<string> arguments, RequestContext context, ref Sample sample)
    {
        if (!CapturedHello.TryRead(_tls.ClientHello, _tls.CaptureSize, out CapturedHello hello))
        {
            return false;
        }
        bool isFiltered = arguments.Count > 0 && arguments[0] == "1";
        switch (fact)
        {
            case "protocol_hello_id":
                return sample.Set((long)hello.Version);
            case "cipherlist_xxh":
                return sample.Set(unchecked((long)XxHash64.HashToUInt64(hello.AllCiphers)));
            case "cipherlist_bin" or "cipherlist_hex":
                return List(hello.Ciphers, isFiltered, fact is "cipherlist_hex", context, ref sample);
            case "cipherlist_str":
                return CipherNames(hello.Ciphers, isFiltered, context, ref sample);
            case "eclist_bin":
                return List(hello.CurveList, isFiltered, isHex: false, context, ref sample);
            case "ecformats_bin":
                return List(hello.Formats, isFiltered: false, isHex: false, context, ref sample);
            default:
                if (!context.Scratch.TryTake(_tls.CaptureSize, out Span<byte> room))
                {
                    return false;
                }
                return List(room[..hello.WriteExtensions(room)], isFiltered, isHex: false, context, ref sample);
        }
    }

    private static bool List(
        scoped ReadOnlySpan<byte> list, bool isFiltered, bool isHex, RequestContext context, ref Sample sample)
    {
        if (!context.Scratch.TryTake(list.Length * 2, out Span<byte> room))
        {
            return false;
        }
        list.CopyTo(room);
        int length = isFiltered ? CapturedHello.WithoutGrease(room[..list.Length], room) : list.Length;
        // What is written as digits grows from its end.
        for (int i = isHex ? length - 1 : -1; i >= 0; i--)
        {
            (room[(i * 2) + 1], room[i * 2]) = (Digit(room[i] & 0xF), Digit(room[i] >> 4));
        }
        return sample.SetBinary(room[..(isHex ? length * 2 : length)]);
    }

    private static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'A' + value - 10);

    private bool CipherNames(
        scoped ReadOnlySpan<byte> codes, bool isFiltered, RequestContext context, ref Sample sample)
    {
        if (!context.Scratch.TryTake(codes.Length * NameMax, out Span<byte> room))
        {
            return false;
        }
        int length = 0;
        Span<byte> kept = stackalloc byte[codes.Length];
        codes.CopyTo(kept);
        kept = kept[..(isFiltered ? CapturedHello.WithoutGrease(kept, kept) : kept.Length & ~1)];
        for (int i = 0; i < kept.Length; i += 2)
        {
            ReadOnlySpan<byte> name = _tls.CipherName(kept[i..]);
            if (name.Length > NameMax - 1)
            {
                continue;
            }
            if (i > 0)
            {
                room[length++] = (byte)',';
            }
            if (name.IsEmpty)
            {
                _ = System.Text.Unicode.Utf8.TryWrite(room[length..], System.Globalization.CultureInfo.InvariantCulture,
                    $"UNKNOWN({(kept[i] << 8) | kept[i + 1]:x4})", out int written);
                length += written;
                continue;
            }
            name.CopyTo(room[length..]);
            length += name.Length;
        }
        return sample.SetText(room[..length]);
    }

    private bool TryReadKept(
        ReadOnlySpan<char> fact, IReadOnlyList<string> arguments, RequestContext context, ref Sample sample)
    {
        TlsSecret? secret = fact switch
        {
            "client_early_traffic_secret" => TlsSecret.ClientEarlyTraffic,
            "client_handshake_traffic_secret" => TlsSecret.ClientHandshakeTraffic,
            "server_handshake_traffic_secret" => TlsSecret.ServerHandshakeTraffic,
            "client_traffic_secret_0" => TlsSecret.ClientTraffic,
            "server_traffic_secret_0" => TlsSecret.ServerTraffic,
            "exporter_secret" => TlsSecret.Exporter,
            "early_exporter_secret" => TlsSecret.EarlyExporter,
            _ => null,
        };
        if (secret is { } one)
        {
            ReadOnlySpan<byte> digits = _tls.Secret(one);
            return !digits.IsEmpty && sample.SetText(digits);
        }
        return TryReadHello(fact, arguments, context, ref sample);
    }
}
