using System.Runtime.InteropServices;

namespace Holdfast.Linux.OpenSsl;

/// <summary>
/// What is kept of a handshake for expressions, where a file asks for it: the client's hello, and the secrets of
/// TLS 1.3. It lives as long as the connection.
/// </summary>
internal static unsafe class TlsCapture
{
    /// <summary>No hello is kept that is longer.</summary>
    private const int HelloMax = 16384;

    private const int SecretMax = 128;
    private const int LabelMax = 32;
    private const int Handshake = 22;
    private const int ClientHello = 1;
    private const int HeaderSize = 4;

    /// <summary>Labels of the key log, in the order of <see cref="TlsSecret"/>.</summary>
    private static ReadOnlySpan<byte> LabelOf(TlsSecret secret) => secret switch
    {
        TlsSecret.ClientEarlyTraffic => "CLIENT_EARLY_TRAFFIC_SECRET"u8,
        TlsSecret.ClientHandshakeTraffic => "CLIENT_HANDSHAKE_TRAFFIC_SECRET"u8,
        TlsSecret.ServerHandshakeTraffic => "SERVER_HANDSHAKE_TRAFFIC_SECRET"u8,
        TlsSecret.ClientTraffic => "CLIENT_TRAFFIC_SECRET_0"u8,
        TlsSecret.ServerTraffic => "SERVER_TRAFFIC_SECRET_0"u8,
        TlsSecret.Exporter => "EXPORTER_SECRET"u8,
        _ => "EARLY_EXPORTER_SECRET"u8,
    };

    /// <summary>Has hellos of clients kept.</summary>
    internal static void KeepHellos(void* context) => LibSsl.SSL_CTX_set_msg_callback(context, &OnMessage);

    /// <summary>Has secrets kept.</summary>
    internal static void KeepSecrets(void* context) => LibSsl.SSL_CTX_set_keylog_callback(context, &OnSecret);

    /// <summary>The client's hello without the message's header; empty: none is kept.</summary>
    internal static ReadOnlySpan<byte> HelloOf(void* ssl)
    {
        var kept = (Kept*)LibSsl.SSL_get_ex_data(ssl, Slot.Index);
        return kept is null ? default : new ReadOnlySpan<byte>(kept->Hello, kept->HelloLength);
    }

    /// <summary>A secret in hexadecimal digits; empty: none is kept.</summary>
    internal static ReadOnlySpan<byte> SecretOf(void* ssl, TlsSecret secret)
    {
        var kept = (Kept*)LibSsl.SSL_get_ex_data(ssl, Slot.Index);
        return kept is null ? default
            : new ReadOnlySpan<byte>(kept->Secrets + ((int)secret * SecretMax), kept->Lengths[(int)secret]);
    }

    private static Kept* Of(void* ssl)
    {
        var kept = (Kept*)LibSsl.SSL_get_ex_data(ssl, Slot.Index);
        if (kept is null)
        {
            kept = (Kept*)NativeMemory.AllocZeroed((nuint)sizeof(Kept));
            _ = LibSsl.SSL_set_ex_data(ssl, Slot.Index, kept);
        }
        return kept;
    }

    [UnmanagedCallersOnly]
    private static void OnMessage(
        int isWritten, int version, int kind, byte* bytes, nuint count, void* ssl, void* argument)
    {
        if (isWritten != 0 || kind != Handshake || count < HeaderSize || bytes[0] != ClientHello)
        {
            return;
        }
        Kept* kept = Of(ssl);
        int length = (int)Math.Min(count - HeaderSize, HelloMax);
        // After a retry the second hello counts.
        NativeMemory.Free(kept->Hello);
        kept->Hello = (byte*)NativeMemory.Alloc((nuint)length);
        kept->HelloLength = length;
        new ReadOnlySpan<byte>(bytes + HeaderSize, length).CopyTo(new Span<byte>(kept->Hello, length));
    }

    /// <summary>Takes a line of the key log: label, the client's random bytes, secret.</summary>
    [UnmanagedCallersOnly]
    private static void OnSecret(void* ssl, byte* line)
    {
        ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(line);
        int label = text.IndexOf((byte)' ');
        int last = text.LastIndexOf((byte)' ');
        if (label is < 0 or > LabelMax || last <= label || text.Length - last - 1 > SecretMax)
        {
            return;
        }
        for (TlsSecret secret = 0; secret <= TlsSecret.EarlyExporter; secret++)
        {
            if (text[..label].SequenceEqual(LabelOf(secret)))
            {
                Kept* kept = Of(ssl);
                ReadOnlySpan<byte> digits = text[(last + 1)..];
                digits.CopyTo(new Span<byte>(kept->Secrets + ((int)secret * SecretMax), SecretMax));
                kept->Lengths[(int)secret] = digits.Length;
            }
        }
    }

    [UnmanagedCallersOnly]
    private static void Free(void* parent, void* data, void* all, int index, nint argument, void* pointer)
    {
        if (data is not null)
        {
            var kept = (Kept*)data;
            NativeMemory.Free(kept->Hello);
            NativeMemory.Clear(kept, (nuint)sizeof(Kept));
            NativeMemory.Free(kept);
        }
    }

    /// <summary>Made when there is a context, and so the library.</summary>
    private static class Slot
    {
        internal static readonly int Index = LibSsl.CRYPTO_get_ex_new_index(LibSsl.CRYPTO_EX_INDEX_SSL, 0, null, null,
            null, (delegate* unmanaged<void*, void*, void*, int, nint, void*, void>)&Free);
    }

    private struct Kept
    {
        internal byte* Hello;
        internal int HelloLength;
        internal fixed int Lengths[7];
        internal fixed byte Secrets[7 * SecretMax];
    }
}

/// <summary>A secret of a TLS 1.3 connection, by which somebody who has its packets can read them.</summary>
public enum TlsSecret
{
    /// <summary>CLIENT_EARLY_TRAFFIC_SECRET.</summary>
    ClientEarlyTraffic,

    /// <summary>CLIENT_HANDSHAKE_TRAFFIC_SECRET.</summary>
    ClientHandshakeTraffic,

    /// <summary>SERVER_HANDSHAKE_TRAFFIC_SECRET.</summary>
    ServerHandshakeTraffic,

    /// <summary>CLIENT_TRAFFIC_SECRET_0.</summary>
    ClientTraffic,

    /// <summary>SERVER_TRAFFIC_SECRET_0.</summary>
    ServerTraffic,

    /// <summary>EXPORTER_SECRET.</summary>
    Exporter,

    /// <summary>EARLY_EXPORTER_SECRET.</summary>
    EarlyExporter,
}
