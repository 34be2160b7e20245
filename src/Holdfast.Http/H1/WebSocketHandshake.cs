using System.Buffers.Text;
using System.Security.Cryptography;
using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>The opening of a WebSocket (RFC 6455 section 4).</summary>
public static class WebSocketHandshake
{
    /// <summary>Bytes of a Sec-WebSocket-Key: 16 in base64.</summary>
    public const int KeyLength = 24;

    /// <summary>Bytes of a Sec-WebSocket-Accept: 20 in base64.</summary>
    public const int AcceptLength = 28;

    /// <summary>The accept value that belongs to a key.</summary>
    /// <param name="key">A valid key.</param>
    /// <param name="accept">At least <see cref="AcceptLength"/> bytes.</param>
    public static void ComputeAccept(ReadOnlySpan<byte> key, Span<byte> accept)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength, nameof(key));
        Span<byte> text = stackalloc byte[KeyLength + 36];
        key.CopyTo(text);
        "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8.CopyTo(text[KeyLength..]);
        Span<byte> hash = stackalloc byte[20];
#pragma warning disable CA5350 // The RFC says SHA-1: it proves that the other side understood, and secures nothing.
        SHA1.HashData(text, hash);
#pragma warning restore CA5350
        Base64.EncodeToUtf8(hash, accept, out _, out _);
    }

    /// <summary>Whether a key is 16 bytes in base64.</summary>
    public static bool IsKey(ReadOnlySpan<byte> key)
    {
        Span<byte> bytes = stackalloc byte[KeyLength];
        return key.Length == KeyLength
            && Base64.DecodeFromUtf8(key, bytes, out _, out int written) == System.Buffers.OperationStatus.Done
            && written == 16;
    }

    /// <summary>Whether a 101 carries the accept value of a key.</summary>
    public static bool Accepts(HeadView response, ReadOnlySpan<byte> key)
    {
        Span<byte> accept = stackalloc byte[AcceptLength];
        if (!IsKey(key) || response.CountFields("sec-websocket-accept"u8) != 1)
        {
            return false;
        }
        ComputeAccept(key, accept);
        return response.First(KnownHeader.SecWebSocketAccept).SequenceEqual(accept);
    }

    /// <summary>
    /// A request that names websocket must be a GET with one right key; HAProxy refuses one without key as well. With
    /// another method it is not an upgrade.
    /// </summary>
    internal static H1Error CheckRequest(ReadOnlySpan<byte> buffer, H1Head head, out int position)
    {
        HeaderTable headers = head.Headers;
        position = head.StartLine;
        if (head.Method != RequestMethod.Get)
        {
            head.Facts &= ~(ConnectionFacts.Upgrade | ConnectionFacts.WebSocket);
            return H1Error.None;
        }
        int key = headers.Find(KnownHeader.SecWebSocketKey);
        if (key < 0)
        {
            return H1Error.BadWebSocketKey;
        }
        position = headers[key].Value.Start;
        return headers.Find(KnownHeader.SecWebSocketKey, key) < 0
            && IsKey(headers.Text(buffer, headers[key].Value)) ? H1Error.None : H1Error.BadWebSocketKey;
    }
}
