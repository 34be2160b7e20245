using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Values;

/// <summary>An address of listen, server or proxy_pass.</summary>
/// <param name="Host">Name or address without brackets; empty for any; the path of a socket of the file system.</param>
/// <param name="Port">The port; the default when none is written.</param>
/// <param name="LastPort">The last port of a range; else the same.</param>
/// <param name="HasPort">Whether a port is written.</param>
/// <param name="IsUnix">Whether it is a socket of the file system.</param>
/// <param name="IsV6">Whether it is written in brackets.</param>
/// <param name="Rest">What follows: the URI of proxy_pass.</param>
internal readonly record struct NginxAddress(
    string Host, int Port, int LastPort, bool HasPort, bool IsUnix, bool IsV6, string Rest)
{
    /// <summary>Reads an address.</summary>
    /// <param name="text">The text.</param>
    /// <param name="defaultPort">The port when none is written; 0: one must be written.</param>
    /// <param name="isListen">Whether a bare port or <c>*</c>, and a range of ports, may stand there.</param>
    /// <param name="hasUri">Whether a URI may follow.</param>
    /// <param name="address">The address.</param>
    /// <returns>What is wrong, in the original's words; null when nothing is.</returns>
    public static string? Read(
        string text, int defaultPort, bool isListen, bool hasUri, out NginxAddress address)
    {
        address = default;
        if (text.StartsWith("unix:", StringComparison.OrdinalIgnoreCase))
        {
            return ReadUnix(text[5..], hasUri, out address);
        }
        if (text.StartsWith('['))
        {
            return ReadV6(text, defaultPort, hasUri, out address);
        }
        int end = hasUri ? text.AsSpan().IndexOfAny('/', '?', '#') : -1;
        string authority = end < 0 ? text : text[..end];
        string rest = end < 0 ? "" : text[end..];
        int colon = authority.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return ReadWithoutColon(authority, rest, defaultPort, isListen, out address);
        }
        string host = authority[..colon];
        string ports = authority[(colon + 1)..];
        if (!TryPorts(ports, isListen, out int first, out int last))
        {
            return "invalid port";
        }
        if (host.Length == 0)
        {
            return "no host";
        }
        address = new NginxAddress(
            isListen && host == "*" ? "" : host, first, last, true, false, false, rest);
        return null;
    }

    private static string? ReadWithoutColon(
        string authority, string rest, int defaultPort, bool isListen, out NginxAddress address)
    {
        address = default;
        if (isListen && authority.Length > 0 && char.IsAsciiDigit(authority[0])
            && !authority.Contains('.', StringComparison.Ordinal))
        {
            if (!TryPorts(authority, true, out int first, out int last))
            {
                return "invalid port";
            }
            address = new NginxAddress("", first, last, true, false, false, rest);
            return null;
        }
        if (authority.Length == 0)
        {
            return "no host";
        }
        if (defaultPort == 0 && !isListen)
        {
            return "no port";
        }
        address = new NginxAddress(
            isListen && authority == "*" ? "" : authority, defaultPort, defaultPort, false, false, false, rest);
        return null;
    }

    private static string? ReadUnix(string path, bool hasUri, out NginxAddress address)
    {
        address = default;
        int end = hasUri ? path.IndexOf(':', StringComparison.Ordinal) : -1;
        string socket = end < 0 ? path : path[..end];
        if (socket.Length == 0)
        {
            return "no path in the unix domain socket";
        }
        if (socket.Length > 107)
        {
            return "too long path in the unix domain socket";
        }
        address = new NginxAddress(socket, 0, 0, false, true, false, end < 0 ? "" : path[(end + 1)..]);
        return null;
    }

    private static string? ReadV6(string text, int defaultPort, bool hasUri, out NginxAddress address)
    {
        address = default;
        int close = text.IndexOf(']', StringComparison.Ordinal);
        if (close < 0)
        {
            return "invalid host";
        }
        string host = text[1..close];
        string rest = text[(close + 1)..];
        int port = defaultPort, last = defaultPort;
        bool hasPort = false;
        if (rest.StartsWith(':'))
        {
            int end = hasUri ? rest.IndexOf('/', StringComparison.Ordinal) : -1;
            if (!TryPorts(end < 0 ? rest[1..] : rest[1..end], true, out port, out last))
            {
                return "invalid port";
            }
            rest = end < 0 ? "" : rest[end..];
            hasPort = true;
        }
        else if (defaultPort == 0)
        {
            return "no port";
        }
        else if (rest.Length > 0 && !(hasUri && rest.StartsWith('/')))
        {
            return "invalid host";
        }
        if (host.Length == 0)
        {
            return "no host";
        }
        if (!IpAddress.TryParse(host, out IpAddress parsed) || !parsed.IsV6)
        {
            return "invalid IPv6 address";
        }
        address = new NginxAddress(host, port, last, hasPort, false, true, rest);
        return null;
    }

    private static bool TryPorts(string text, bool mayBeRange, out int first, out int last)
    {
        int dash = mayBeRange ? text.IndexOf('-', StringComparison.Ordinal) : -1;
        last = 0;
        return TryPort(dash < 0 ? text : text[..dash], out first)
            && (dash < 0 ? (last = first) > 0 : TryPort(text[(dash + 1)..], out last) && last >= first);
    }

    private static bool TryPort(string text, out int port)
    {
        bool isPort = NginxNumbers.TryNumber(text, out long value) && value is >= 1 and <= 65535;
        port = isPort ? (int)value : 0;
        return isPort;
    }
}
