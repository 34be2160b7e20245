using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Conditions;

/// <summary>What an answer says of its content, before conditions of the request are looked at.</summary>
/// <param name="lastModified">When it was changed, in seconds since 1970; <see cref="HttpDate.None"/>: unknown.</param>
/// <param name="tag">Its ETag with the quotes; empty: it has none.</param>
public readonly ref struct Entity(long lastModified, ReadOnlySpan<byte> tag)
{
    /// <summary>When it was changed, in seconds since 1970; <see cref="HttpDate.None"/>: unknown.</summary>
    public long LastModified { get; } = lastModified;

    /// <summary>Its ETag with the quotes; empty: it has none.</summary>
    public ReadOnlySpan<byte> Tag { get; } = tag;
}

/// <summary>Tags of contents.</summary>
public static class EntityTags
{
    /// <summary>What a weak tag begins with.</summary>
    public static ReadOnlySpan<byte> WeakMark => "W/"u8;

    /// <summary>Puts the tag of a file: the time of its change and its size, both hexadecimal.</summary>
    /// <param name="lastModified">In seconds since 1970.</param>
    /// <param name="size">In bytes.</param>
    /// <param name="to">Where it is put.</param>
    public static void Put(long lastModified, long size, TextBuilder to)
    {
        ArgumentNullException.ThrowIfNull(to);
        to.Put((byte)'"');
        PutHex(lastModified, to);
        to.Put((byte)'-');
        PutHex(size, to);
        to.Put((byte)'"');
    }

    /// <summary>Puts what is left of a tag when a filter changes the bytes of the content.</summary>
    /// <param name="tag">The tag as it was.</param>
    /// <param name="to">Where it is put.</param>
    /// <returns>False: nothing is left, for it was not in quotes.</returns>
    public static bool TryWeaken(ReadOnlySpan<byte> tag, TextBuilder to)
    {
        ArgumentNullException.ThrowIfNull(to);
        if (!tag.StartsWith(WeakMark))
        {
            if (!tag.StartsWith("\""u8))
            {
                return false;
            }
            to.Put(WeakMark);
        }
        to.Put(tag);
        return true;
    }

    private static void PutHex(long value, TextBuilder to)
    {
        _ = System.Buffers.Text.Utf8Formatter.TryFormat(value, to.Room(sizeof(long) * 2), out int length, new('x'));
        to.Advance(length);
    }
}
