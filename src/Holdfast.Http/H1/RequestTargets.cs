using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>Takes request targets apart (RFC 9112 section 3.2), and compares hosts.</summary>
internal static class RequestTargets
{
    /// <summary>Sets form, authority, path and query of a head from its target.</summary>
    /// <param name="target">The target's bytes, already known to be visible ASCII.</param>
    /// <param name="head">Its target's range is set.</param>
    /// <param name="position">Where the fault is, from the start of the target.</param>
    public static H1Error Split(ReadOnlySpan<byte> target, H1Head head, out int position)
    {
        position = 0;
        head.Authority = head.Path = head.Query = head.Target.Part(0, 0);
        head.HasQuery = false;
        if (head.Method == RequestMethod.Connect)
        {
            head.Form = TargetForm.Authority;
            head.Authority = head.Target;
            return PortOf(target).IsEmpty ? H1Error.BadTargetForm : CheckAuthority(target);
        }
        if (target[0] == '/')
        {
            head.Form = TargetForm.Origin;
            SplitPath(target, 0, head);
            return H1Error.None;
        }
        if (target is [(byte)'*'])
        {
            head.Form = TargetForm.Asterisk;
            return head.Method == RequestMethod.Options ? H1Error.None : H1Error.BadTargetForm;
        }
        int colon = SchemeLength(target);
        if (colon <= 0 || !target[colon..].StartsWith("://"u8))
        {
            return H1Error.BadTargetForm;
        }
        head.Form = TargetForm.Absolute;
        int start = colon + 3;
        int length = target[start..].IndexOfAny("/?#"u8);
        length = length < 0 ? target.Length - start : length;
        head.Authority = head.Target.Part(start, length);
        position = start;
        SplitPath(target, start + length, head);
        return CheckAuthority(target.Slice(start, length));
    }

    /// <summary>The authority's port, its colon included; empty when there is none.</summary>
    public static ReadOnlySpan<byte> PortOf(ReadOnlySpan<byte> authority)
    {
        int colon = authority.LastIndexOf((byte)':');
        if (colon < 0 || authority[colon..].Contains((byte)']'))
        {
            return [];
        }
        ReadOnlySpan<byte> digits = authority[(colon + 1)..];
        return digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') ? [] : authority[colon..];
    }

    /// <summary>Whether the text can be a host with or without a port: not empty, no user.</summary>
    public static H1Error CheckAuthority(ReadOnlySpan<byte> authority)
    {
        ReadOnlySpan<byte> port = PortOf(authority);
        ReadOnlySpan<byte> host = authority[..^port.Length];
        bool isRight = !host.IsEmpty && !host.ContainsAnyExcept(HttpText.Authority) && port.Length <= 6
            && (host[0] == '[' ? host[^1] == ']' && host.LastIndexOf((byte)'[') == 0 && host.IndexOf((byte)']')
                == host.Length - 1 : !host.ContainsAny("[]:"u8));
        return isRight ? H1Error.None : H1Error.BadAuthority;
    }

    /// <summary>
    /// Whether Host names the authority of the target. A missing port is the scheme's: 80, or 443; with CONNECT, where
    /// nothing says which, either.
    /// </summary>
    public static bool HostAgrees(ReadOnlySpan<byte> host, ReadOnlySpan<byte> authority, ReadOnlySpan<byte> scheme)
    {
        ReadOnlySpan<byte> hostPort = PortOf(host);
        ReadOnlySpan<byte> port = PortOf(authority);
        if (!HttpText.EqualsIgnoreCase(host[..^hostPort.Length], authority[..^port.Length]))
        {
            return false;
        }
        return hostPort.Length > 1 == port.Length > 1
            ? hostPort.Length <= 1 || hostPort.SequenceEqual(port)
            : IsDefault(hostPort.Length > 1 ? hostPort : port, scheme);
    }

    private static bool IsDefault(ReadOnlySpan<byte> port, ReadOnlySpan<byte> scheme)
    {
        bool isClear = HttpText.EqualsIgnoreCase(scheme, "http"u8) || HttpText.EqualsIgnoreCase(scheme, "ws"u8);
        bool isSecure = HttpText.EqualsIgnoreCase(scheme, "https"u8) || HttpText.EqualsIgnoreCase(scheme, "wss"u8);
        return (port.SequenceEqual(":80"u8) && (isClear || scheme.IsEmpty))
            || (port.SequenceEqual(":443"u8) && (isSecure || scheme.IsEmpty));
    }

    /// <summary>The scheme of an absolute target; empty for other forms.</summary>
    public static ReadOnlySpan<byte> SchemeOf(ReadOnlySpan<byte> target, TargetForm form)
        => form == TargetForm.Absolute ? target[..SchemeLength(target)] : [];

    private static void SplitPath(ReadOnlySpan<byte> target, int start, H1Head head)
    {
        int mark = target[start..].IndexOf((byte)'?');
        head.HasQuery = mark >= 0;
        int end = mark < 0 ? target.Length : start + mark;
        head.Path = head.Target.Part(start, end - start);
        head.Query = head.Target.From(mark < 0 ? end : end + 1);
    }

    private static int SchemeLength(ReadOnlySpan<byte> target)
    {
        if (!char.IsAsciiLetter((char)target[0]))
        {
            return 0;
        }
        int length = 1;
        while (length < target.Length && (char.IsAsciiLetterOrDigit((char)target[length])
            || target[length] is (byte)'+' or (byte)'-' or (byte)'.'))
        {
            length++;
        }
        return length;
    }
}
