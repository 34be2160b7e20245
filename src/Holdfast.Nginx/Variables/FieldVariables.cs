using System.Text;
using Holdfast.Http.H1;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Variables;

/// <summary>Variables whose name says what they are read from: $http_x, $arg_x, $cookie_x, $sent_http_x.</summary>
internal static class FieldVariables
{
    internal static VariableReader? Find(string name)
    {
        if (name.StartsWith("http_", StringComparison.Ordinal))
        {
            byte[] field = FieldName(name["http_".Length..]);
            byte[] separator = field.AsSpan().SequenceEqual("cookie"u8) ? "; "u8.ToArray() : ", "u8.ToArray();
            return (request, out isFound) => Field(request, field, separator, out isFound);
        }
        if (name.StartsWith("sent_http_", StringComparison.Ordinal))
        {
            byte[] field = FieldName(name["sent_http_".Length..]);
            return (request, out isFound) =>
            {
                isFound = request.Facts.TryGetSent(field, out ReadOnlySpan<byte> value);
                return value;
            };
        }
        if (name.StartsWith("arg_", StringComparison.Ordinal))
        {
            byte[] argument = Encoding.Latin1.GetBytes(name["arg_".Length..]);
            return (request, out isFound) => Argument(request.Arguments.Span, argument, out isFound);
        }
        if (name.StartsWith("cookie_", StringComparison.Ordinal))
        {
            byte[] cookie = Encoding.Latin1.GetBytes(name["cookie_".Length..]);
            return (request, out isFound) => Cookie(request.Facts.Head, cookie, out isFound);
        }
        return null;
    }

    /// <summary>All fields of a name, joined.</summary>
    internal static ReadOnlySpan<byte> Field(
        Request request, ReadOnlySpan<byte> name, ReadOnlySpan<byte> separator, out bool isFound)
    {
        HeadView head = request.Facts.Head;
        int first = head.Find(name);
        isFound = first >= 0;
        int next = isFound ? head.Find(name, first) : -1;
        if (next < 0)
        {
            return isFound ? head.ValueAt(first) : default;
        }
        TextBuilder joined = request.Builders.Rent();
        joined.Put(head.ValueAt(first));
        for (; next >= 0; next = head.Find(name, next))
        {
            joined.Put(separator);
            joined.Put(head.ValueAt(next));
        }
        ReadOnlySpan<byte> value = request.Arena.Keep(joined.Text);
        request.Builders.Return();
        return value;
    }

    /// <summary>The first argument of a name; the case of its letters does not count, as in nginx.</summary>
    internal static ReadOnlySpan<byte> Argument(ReadOnlySpan<byte> arguments, ReadOnlySpan<byte> name, out bool isFound)
    {
        while (!arguments.IsEmpty)
        {
            int end = arguments.IndexOf((byte)'&');
            ReadOnlySpan<byte> one = end < 0 ? arguments : arguments[..end];
            if (one.Length > name.Length && one[name.Length] == '='
                && HttpText.EqualsIgnoreCase(one[..name.Length], name))
            {
                isFound = true;
                return one[(name.Length + 1)..];
            }
            arguments = end < 0 ? default : arguments[(end + 1)..];
        }
        isFound = false;
        return default;
    }

    private static ReadOnlySpan<byte> Cookie(HeadView head, ReadOnlySpan<byte> name, out bool isFound)
    {
        for (int field = head.Find(KnownHeader.Cookie); field >= 0; field = head.Find(KnownHeader.Cookie, field))
        {
            ReadOnlySpan<byte> rest = head.ValueAt(field);
            while (!rest.IsEmpty)
            {
                int end = rest.IndexOfAny((byte)';', (byte)',');
                ReadOnlySpan<byte> one = HttpText.Trim(end < 0 ? rest : rest[..end]);
                int equals = one.IndexOf((byte)'=');
                if (equals >= 0 && HttpText.EqualsIgnoreCase(HttpText.Trim(one[..equals]), name))
                {
                    isFound = true;
                    return HttpText.Trim(one[(equals + 1)..]);
                }
                rest = end < 0 ? default : rest[(end + 1)..];
            }
        }
        isFound = false;
        return default;
    }

    private static byte[] FieldName(string name)
        => Encoding.Latin1.GetBytes(name.Replace('_', '-').ToLowerInvariant());
}
