using System.Globalization;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Syntax;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>What a line allows in its address.</summary>
[Flags]
internal enum EndpointRules : byte
{
    /// <summary>A host, and no port.</summary>
    None = 0,

    /// <summary>A port may be there.</summary>
    MayHavePort = 1,

    /// <summary>A port must be there.</summary>
    MustHavePort = 2,

    /// <summary>Ports may be a range.</summary>
    MayBeRange = 4,

    /// <summary>Ports may be an offset (+N, -N).</summary>
    MayBeOffset = 8,

    /// <summary>A path, or another address without port, may be there.</summary>
    MayBeLocal = 16,
}

/// <summary>Reads addresses (section 11 of the manual).</summary>
internal sealed class EndpointParser(BindContext context)
{
    /// <summary>Reads the address of a word.</summary>
    public EndpointModel? Parse(Word word, EndpointRules rules, string what) => Parse(word, 0, word.Text.Length,
        rules, what);

    /// <summary>Reads an address that is a part of a word, such as one of a list.</summary>
    public EndpointModel? Parse(Word word, int start, int end, EndpointRules rules, string what)
    {
        string text = context.ExpandAddress(word.Text[start..end]);
        SourceSpan span = word.At(start, Math.Max(1, end - start));
        var model = new EndpointModel(EndpointKind.Inet, "", span);
        string rest = text;
        while (rest.IndexOf('@', StringComparison.Ordinal) is var at and > 0 && Prefix(rest[..at], model)
            is { } prefixed)
        {
            model = prefixed;
            rest = rest[(at + 1)..];
        }
        int plus = rest.IndexOf('+', StringComparison.Ordinal);
        if (plus > 0 && rest[..plus] is "stream" or "dgram" && plus < rest.Length)
        {
            model = model with { IsDatagram = rest[..plus] == "dgram" };
            return Parse(word with { Text = rest[(plus + 1)..] }, rules, what) is { } inner
                ? inner with { IsDatagram = model.IsDatagram, Span = span } : null;
        }
        if (model.Kind is EndpointKind.Descriptor or EndpointKind.SocketPair)
        {
            return int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out int fd)
                ? model with { Port = fd, LastPort = fd } : Fail(span, $"'{what}': '{text}' is no file descriptor");
        }
        if (model.Kind != EndpointKind.Inet || rest.StartsWith('/'))
        {
            model = model with { Kind = model.Kind == EndpointKind.Inet ? EndpointKind.Unix : model.Kind, Host = rest };
            return !rules.HasFlag(EndpointRules.MayBeLocal)
                ? Fail(span, $"'{what}': a path cannot stand here: '{text}'")
                : rest.Length == 0 ? Fail(span, $"'{what}': missing path in '{text}'") : model;
        }
        return Inet(model, rest, text, rules, what);
    }

    /// <summary>Whether a text could be a host name.</summary>
    public static bool IsHostName(string text)
        => text.Length is > 0 and < 256 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            && text.Any(static c => !char.IsAsciiDigit(c) && c != '.');

    private static EndpointModel? Prefix(string prefix, EndpointModel model) => prefix switch
    {
        "ipv4" => model with { Family = 4 },
        "ipv6" => model with { Family = 6 },
        "ip" or "tcp" or "mptcp" => model,
        "tcp4" or "mptcp4" => model with { Family = 4 },
        "tcp6" or "mptcp6" => model with { Family = 6 },
        "udp" => model with { IsDatagram = true },
        "udp4" => model with { Family = 4, IsDatagram = true },
        "udp6" => model with { Family = 6, IsDatagram = true },
        "quic4" => model with { Family = 4, IsDatagram = true, IsQuic = true },
        "quic6" => model with { Family = 6, IsDatagram = true, IsQuic = true },
        "unix" or "uxst" => model with { Kind = EndpointKind.Unix },
        "uxdg" => model with { Kind = EndpointKind.Unix, IsDatagram = true },
        "abns" or "abnsz" => model with { Kind = EndpointKind.AbstractUnix },
        "fd" => model with { Kind = EndpointKind.Descriptor },
        "sockpair" => model with { Kind = EndpointKind.SocketPair },
        _ => null,
    };

    private EndpointModel? Inet(EndpointModel model, string rest, string text, EndpointRules rules, string what)
    {
        bool mayHavePort = (rules & (EndpointRules.MayHavePort | EndpointRules.MustHavePort)) != 0;
        int close = rest.LastIndexOf(']');
        int colon = rest.LastIndexOf(':');
        // Without a port, what has two colons and no bracket is an IPv6 address as a whole.
        bool isBare = !mayHavePort || colon < close;
        string host = colon < 0 || isBare ? rest : rest[..colon];
        string? port = colon < 0 || isBare ? null : rest[(colon + 1)..];
        host = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        bool isAny = host is "" or "*";
        var address = default(IpAddress);
        if (!isAny && !IpAddress.TryParse(host, out address) && !IsHostName(host))
        {
            return Fail(model.Span, $"'{what}': invalid address: '{host}' in '{text}'");
        }
        model = model with { Host = isAny ? "" : host, Address = isAny || address.IsNone ? null : address };
        if (string.IsNullOrEmpty(port))
        {
            return rules.HasFlag(EndpointRules.MustHavePort)
                ? Fail(model.Span, $"'{what}': missing port specification in '{text}'")
                : model with { Mapping = PortMapping.Same };
        }
        if (port[0] is '+' or '-' && rules.HasFlag(EndpointRules.MayBeOffset))
        {
            return int.TryParse(port, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int offset)
                && Math.Abs(offset) < 65_536
                ? model with { Mapping = PortMapping.Offset, Port = offset, LastPort = offset }
                : Fail(model.Span, $"'{what}': invalid port offset '{port}'");
        }
        string[] ends = port.Split('-');
        int minimum = rules.HasFlag(EndpointRules.MayBeRange) ? 1 : 0;
        int last = 0;
        if (ends.Length > 2 || !TryPort(ends[0], out int first) || (ends.Length == 2 && !TryPort(ends[1], out last)))
        {
            return Fail(model.Span, $"'{what}': invalid port '{port}' in '{text}'");
        }
        last = ends.Length == 2 ? last : first;
        if (first > last || first < minimum)
        {
            return Fail(model.Span, $"'{what}': invalid port " + (ends.Length == 2 ? $"range '{port}'" : $"'{port}'"));
        }
        return ends.Length == 2 && !rules.HasFlag(EndpointRules.MayBeRange)
            ? Fail(model.Span, $"'{what}': a port range cannot stand here: '{text}'")
            : model with { Port = first, LastPort = last };
    }

    private static bool TryPort(string text, out int port)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 0 and <= 65_535;

    private EndpointModel? Fail(SourceSpan span, string message)
    {
        context.Findings.Report(FindingCodes.BadAddress, span, message);
        return null;
    }
}
