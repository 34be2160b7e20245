using System.Buffers;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.LogFormats;

/// <summary>How values stand in log lines and in texts of rules.</summary>
internal static class LogText
{
    /// <summary>What log lines encode in lines of requests.</summary>
    public static readonly SearchValues<byte> Url = SearchValues.Create(Set("\"#", withHigh: true));

    /// <summary>What log lines encode in captured headers.</summary>
    public static readonly SearchValues<byte> Header = SearchValues.Create(Set("\"#{|}", withHigh: true));

    /// <summary>What texts for messages encode: what would break a message.</summary>
    public static readonly SearchValues<byte> Message = SearchValues.Create(Set("", withHigh: false));

    private static readonly SearchValues<byte> s_escaped = SearchValues.Create("\"\\]"u8);

    /// <summary>Writes a text with the marks that its flags ask for; a dash for none.</summary>
    public static void Put(
        ref LogWriter writer, scoped ReadOnlySpan<byte> text, LogItemFlags flags, bool isMessage = false)
    {
        bool quoted = (flags & LogItemFlags.Quoted) != 0;
        if (quoted)
        {
            writer.Put((byte)'"');
        }
        if (text.IsEmpty)
        {
            writer.Put(!quoted && (flags & LogItemFlags.Mandatory) != 0 ? "-"u8 : []);
        }
        else if ((flags & LogItemFlags.Escaped) != 0)
        {
            PutEscaped(ref writer, text);
        }
        else if (isMessage)
        {
            writer.PutEncoded(text, Message, (byte)'%');
        }
        else
        {
            writer.Put(text);
        }
        if (quoted)
        {
            writer.Put((byte)'"');
        }
    }

    /// <summary>Writes a text whose unprintable bytes, and others that a log reader stumbles on, are "#XX".</summary>
    public static void PutEncoded(
        ref LogWriter writer, scoped ReadOnlySpan<byte> text, SearchValues<byte> set, LogItemFlags flags)
    {
        bool quoted = (flags & LogItemFlags.Quoted) != 0;
        writer.Put(quoted ? "\""u8 : []);
        if ((flags & LogItemFlags.Escaped) != 0)
        {
            PutEscaped(ref writer, text);
        }
        else
        {
            writer.PutEncoded(text, set, (byte)'#');
        }
        writer.Put(quoted ? "\""u8 : []);
    }

    /// <summary>Writes an address, or its bytes in hexadecimal.</summary>
    public static void PutAddress(ref LogWriter writer, IpAddress address, LogItemFlags flags)
    {
        Span<byte> room = stackalloc byte[46];
        if (address.IsNone)
        {
            Put(ref writer, [], flags);
            return;
        }
        if ((flags & LogItemFlags.Hexadecimal) == 0)
        {
            Put(ref writer, room[..AddressText.Write(address, room)], flags);
            return;
        }
        foreach (byte b in room[..address.CopyTo(room)])
        {
            writer.PutHex(b, 2);
        }
    }

    /// <summary>Writes a number, in hexadecimal when it is asked for.</summary>
    public static void PutNumber(ref LogWriter writer, long value, LogItemFlags flags)
    {
        if ((flags & LogItemFlags.Hexadecimal) != 0)
        {
            writer.PutHex(value, 4);
        }
        else
        {
            writer.PutNumber(value);
        }
    }

    private static void PutEscaped(ref LogWriter writer, scoped ReadOnlySpan<byte> text)
    {
        for (int next = text.IndexOfAny(s_escaped); next >= 0; next = text.IndexOfAny(s_escaped))
        {
            writer.Put(text[..next]);
            writer.Put((byte)'\\');
            writer.Put(text[next]);
            text = text[(next + 1)..];
        }
        writer.Put(text);
    }

    private static byte[] Set(string marks, bool withHigh)
        => [.. Enumerable.Range(0, 256).Where(b => marks.Contains((char)b, StringComparison.Ordinal)
            || (withHigh ? b is < 32 or > 126 : b is (< 32 and not 9) or 127)).Select(static b => (byte)b)];
}
