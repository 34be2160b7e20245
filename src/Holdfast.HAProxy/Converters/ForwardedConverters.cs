using Holdfast.HAProxy.Fetches;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.Headers;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Converters;

/// <summary>Parts of a Forwarded field (RFC 7239).</summary>
internal static class ForwardedConverters
{
    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("rfc7239_is_valid", static (_, ref s) => s.Set(IsValid(s.Bytes)));
        table.Register("rfc7239_field", static a =>
        {
            byte[] name = a.Bytes(0);
            return (_, ref s) => TryField(s.Bytes, name, out ReadOnlySpan<byte> value) && s.SetText(value);
        });
        table.Register("rfc7239_n2nn", static (_, ref s) => NodeName(ref s));
        table.Register("rfc7239_n2np", static (_, ref s) => NodePort(ref s));
    }

    private static bool NodeName(ref Sample s)
        => TryNode(s.Bytes, out ReadOnlySpan<byte> name, out _) && s.SetText(name);

    private static bool NodePort(ref Sample s)
        => TryNode(s.Bytes, out _, out ReadOnlySpan<byte> port) && !port.IsEmpty
            && (port[0] == '_' ? s.SetText(port) : s.Set(Numbers.Read(port)));

    private static bool IsValid(ReadOnlySpan<byte> value)
    {
        var elements = new ValueList(value);
        bool any = false;
        foreach (ReadOnlySpan<byte> element in elements)
        {
            any = true;
            uint seen = 0;
            ReadOnlySpan<byte> rest = element;
            do
            {
                if (!TryPair(ref rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> text))
                {
                    return false;
                }
                uint bit = BitOf(name);
                bool isGood = bit switch
                {
                    1 or 2 => TryNode(text, out _, out _),
                    4 => !text.IsEmpty && !text.ContainsAny(" \t,;\""u8),
                    8 => HttpText.EqualsIgnoreCase(text, "http"u8) || HttpText.EqualsIgnoreCase(text, "https"u8),
                    _ => true,
                };
                if (!isGood || (seen & bit) != 0)
                {
                    return false;
                }
                seen |= bit;
            }
            while (!rest.IsEmpty);
        }
        return any;
    }

    private static uint BitOf(ReadOnlySpan<byte> name)
        => HttpText.EqualsIgnoreCase(name, "for"u8) ? 1u : HttpText.EqualsIgnoreCase(name, "by"u8) ? 2u
            : HttpText.EqualsIgnoreCase(name, "host"u8) ? 4u : HttpText.EqualsIgnoreCase(name, "proto"u8) ? 8u : 0u;

    private static bool TryField(ReadOnlySpan<byte> value, ReadOnlySpan<byte> wanted, out ReadOnlySpan<byte> found)
    {
        found = default;
        var elements = new ValueList(value);
        if (!elements.MoveNext())
        {
            return false;
        }
        ReadOnlySpan<byte> rest = elements.Current;
        while (!rest.IsEmpty && TryPair(ref rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> text))
        {
            if (HttpText.EqualsIgnoreCase(name, wanted))
            {
                found = text;
                return true;
            }
        }
        return false;
    }

    /// <summary>Takes <c>name=value</c> off, and the semicolon behind.</summary>
    private static bool TryPair(
        scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        int equals = rest.IndexOf((byte)'=');
        name = equals < 0 ? default : rest[..equals];
        if (!HttpText.IsToken(name))
        {
            return false;
        }
        rest = rest[(equals + 1)..];
        int end;
        if (!rest.IsEmpty && rest[0] == '"')
        {
            int close = rest[1..].IndexOf((byte)'"');
            if (close < 0)
            {
                return false;
            }
            value = rest.Slice(1, close);
            end = close + 2;
        }
        else
        {
            end = rest.IndexOf((byte)';');
            end = end < 0 ? rest.Length : end;
            value = rest[..end];
            if (!HttpText.IsToken(value))
            {
                return false;
            }
        }
        rest = rest[end..];
        if (rest.IsEmpty)
        {
            return true;
        }
        bool isMore = rest[0] == ';' && rest.Length > 1;
        rest = rest[1..];
        return isMore;
    }

    /// <summary>A node: an address, "unknown" or a name with "_" in front, and maybe a port.</summary>
    private static bool TryNode(
        ReadOnlySpan<byte> node, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> port)
    {
        name = node;
        port = default;
        int close = node.StartsWith("["u8) ? node.IndexOf((byte)']') : -1;
        int colon = close >= 0 ? close + 1 : node.IndexOf((byte)':');
        if (colon >= 0 && colon < node.Length)
        {
            port = node[(colon + 1)..];
            if (node[colon] != ':' || !IsPort(port))
            {
                return false;
            }
            name = node[..colon];
        }
        if (close >= 0)
        {
            name = node[1..close];
            return IsAddress(name, isV6: true);
        }
        return name.SequenceEqual("unknown"u8) || IsObfuscated(name) || IsAddress(name, isV6: false);
    }

    private static bool IsPort(ReadOnlySpan<byte> port)
        => IsObfuscated(port) || (port.Length is > 0 and <= 5 && !port.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && Numbers.Read(port) <= ushort.MaxValue);

    private static bool IsObfuscated(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2 || text[0] != '_')
        {
            return false;
        }
        foreach (byte one in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)one) && !"._-"u8.Contains(one))
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsAddress(ReadOnlySpan<byte> text, bool isV6)
    {
        if (!isV6)
        {
            return AddressText.TryParseV4(text, out int length, out _) && length == text.Length;
        }
        return text.Contains((byte)':') && System.Net.IPAddress.IsValidUtf8(text);
    }
}
