using System.Buffers.Text;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Uris;

namespace Holdfast.Nginx.Proxying;

/// <summary>Where X-Accel-Redirect leads.</summary>
/// <param name="path">The decoded path, or the name of a location with its "@".</param>
/// <param name="arguments">The arguments; empty: none.</param>
public readonly ref struct AccelTarget(ReadOnlySpan<byte> path, ReadOnlySpan<byte> arguments)
{
    /// <summary>The decoded path, or the name of a location with its "@".</summary>
    public ReadOnlySpan<byte> Path { get; } = path;

    /// <summary>The arguments; empty: none.</summary>
    public ReadOnlySpan<byte> Arguments { get; } = arguments;

    /// <summary>Whether it is the name of a location.</summary>
    public bool IsNamed => Path.StartsWith("@"u8);
}

/// <summary>What a peer tells us by its X-Accel-… fields.</summary>
public static class AccelFields
{
    /// <summary>X-Accel-Buffering: whether the answer is buffered; null: it says nothing.</summary>
    public static bool? Buffering(ReadOnlySpan<byte> value)
        => HttpText.EqualsIgnoreCase(value, "yes"u8) ? true : HttpText.EqualsIgnoreCase(value, "no"u8) ? false : null;

    /// <summary>X-Accel-Limit-Rate: bytes a second, 0: no limit; null: it says nothing.</summary>
    public static long? LimitRate(ReadOnlySpan<byte> value) => TryNumber(value, out long rate) ? rate : null;

    /// <summary>X-Accel-Expires: until when the answer may be kept, in seconds since 1970; 0: not at all.</summary>
    /// <param name="value">The field: seconds, or "@" and a time.</param>
    /// <param name="now">In seconds since 1970.</param>
    /// <returns>Null: it says nothing.</returns>
    public static long? Expires(ReadOnlySpan<byte> value, long now)
    {
        bool isAbsolute = value.StartsWith("@"u8);
        return !TryNumber(isAbsolute ? value[1..] : value, out long time) ? null
            : isAbsolute || time == 0 ? time : time > long.MaxValue - now ? long.MaxValue : now + time;
    }

    /// <summary>X-Accel-Redirect: where the request goes.</summary>
    /// <param name="value">The field.</param>
    /// <param name="arena">Where the path is kept.</param>
    /// <param name="target">Where to.</param>
    /// <returns>False: the address leads out of the root, or is none; the answer is 404.</returns>
    public static bool TryRedirect(ReadOnlySpan<byte> value, TextArena arena, out AccelTarget target)
    {
        ArgumentNullException.ThrowIfNull(arena);
        if (value.StartsWith("@"u8))
        {
            target = new(value, default);
            return true;
        }
        target = default;
        int mark = value.IndexOf((byte)'?');
        ReadOnlySpan<byte> path = mark < 0 ? value : value[..mark];
        Span<byte> decoded = arena.Take(path.Length);
        if (path.IsEmpty || decoded.Length < path.Length)
        {
            return false;
        }
        int length = Decode(path, decoded);
        target = new(decoded[..length], mark < 0 ? default : value[(mark + 1)..]);
        return IsSafe(target.Path);
    }

    /// <summary>Decodes leniently: of a "%" without two digits nothing is left but a letter right behind it.</summary>
    private static int Decode(ReadOnlySpan<byte> path, Span<byte> to)
    {
        int length = 0;
        for (int at = 0; at < path.Length; at++)
        {
            if (path[at] != '%')
            {
                to[length++] = path[at];
            }
            else if (HexPair.TryRead(path[(at + 1)..], out byte one))
            {
                to[length++] = one;
                at += HexPair.Length;
            }
            else if (++at < path.Length)
            {
                if (char.IsAsciiHexDigit((char)path[at]))
                {
                    at++;
                }
                else
                {
                    to[length++] = path[at];
                }
            }
        }
        return length;
    }

    private static bool IsSafe(ReadOnlySpan<byte> path)
        => !path.Contains((byte)0) && !path.StartsWith("../"u8) && !path.SequenceEqual(".."u8)
            && path.IndexOf("/../"u8) < 0 && !path.EndsWith("/.."u8);

    private static bool TryNumber(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        return !text.IsEmpty && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && Utf8Parser.TryParse(text, out value, out int used) && used == text.Length;
    }
}
