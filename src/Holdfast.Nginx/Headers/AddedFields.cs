using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Headers;

/// <summary>A line of <c>add_header</c> or <c>add_trailer</c>, compiled.</summary>
/// <param name="Name">The name as written.</param>
/// <param name="Value">Its value; an empty one is not sent.</param>
/// <param name="IsAlways">Whether it is sent whatever the status.</param>
/// <param name="Replaces">
/// Whether it takes the place of what the answer has, which an empty value takes away: Last-Modified and ETag.
/// </param>
public sealed record AddedField(ReadOnlyMemory<byte> Name, CompiledText Value, bool IsAlways, bool Replaces)
{
    /// <summary>Which known field it is.</summary>
    public KnownHeader Id { get; } = KnownHeaders.Find(Name.Span);
}

/// <summary><c>add_header</c>, <c>add_trailer</c> and <c>expires</c> of a place.</summary>
public sealed class AddedFields
{
    private AddedFields(AddedField[] headers, AddedField[] trailers, ExpiryRule? expires)
        => (Headers, Trailers, Expires) = (headers, trailers, expires);

    /// <summary><c>add_header</c>, in the order of the file.</summary>
    public AddedField[] Headers { get; }

    /// <summary><c>add_trailer</c>, in the order of the file.</summary>
    public AddedField[] Trailers { get; }

    /// <summary><c>expires</c>; null: off. It comes before the headers that are added.</summary>
    public ExpiryRule? Expires { get; }

    /// <summary>Compiles the directives; null: there are none.</summary>
    public static AddedFields? Compile(HeaderSettings settings, TextCompiler texts)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(texts);
        if (settings.Add.IsEmpty && settings.Trailers.IsEmpty && settings.Expires.IsEmpty)
        {
            return null;
        }
        ExpiryRule? expires = settings.Expires switch
        {
            [{ Constant: "off" }] or [] => null,
            [var only] => new(texts.Compile(only), isModified: false),
            [_, var last, ..] => new(texts.Compile(last), isModified: true),
        };
        return new([.. settings.Add.Select(one => Compile(one, texts))],
            [.. settings.Trailers.Select(one => Compile(one, texts))], expires);
    }

    /// <summary>Whether headers are added to answers of a status without being asked for <c>always</c>.</summary>
    public static bool IsSafe(int status)
        => status is 200 or 201 or 204 or 206 or 301 or 302 or 303 or 304 or 307 or 308;

    /// <summary>Whether a field is sent, and with what.</summary>
    /// <param name="field">The field.</param>
    /// <param name="request">The request.</param>
    /// <param name="status">Of the answer.</param>
    /// <param name="value">The value; an empty one only of a field that replaces another one, which then goes.</param>
    public static bool TryRead(AddedField field, Request request, int status, out ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(field);
        value = default;
        if (!field.IsAlways && !IsSafe(status))
        {
            return false;
        }
        value = field.Value.Evaluate(request);
        return !value.IsEmpty || field.Replaces;
    }

    private static AddedField Compile(AddedHeader header, TextCompiler texts)
    {
        byte[] name = Encoding.UTF8.GetBytes(header.Name);
        return new(name, texts.Compile(header.Value), header.IsAlways,
            KnownHeaders.Find(name) is KnownHeader.LastModified or KnownHeader.ETag);
    }
}
