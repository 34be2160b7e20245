using System.Text;
using Holdfast.Nginx.Conditions;
using Holdfast.Nginx.Headers;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Variables;

namespace Holdfast.Nginx.Upstreams;

/// <summary><c>sticky cookie</c> and <c>sticky route</c>: the peer that a client has had before.</summary>
public sealed class StickyRule
{
    private readonly VariableReader[] _readers;
    private readonly byte[] _name;
    private readonly byte[] _attributes;
    private readonly long? _age;

    private StickyRule(VariableReader[] readers, string name, string attributes, long? age)
    {
        _readers = readers;
        _name = Encoding.UTF8.GetBytes(name);
        _attributes = Encoding.UTF8.GetBytes(attributes);
        _age = age;
    }

    /// <summary>Whether answers of a peer that the client has not named set its cookie.</summary>
    public bool SetsCookie => _name.Length > 0;

    /// <summary>Compiles the words of the directive; null: there are none, or they are those of <c>learn</c>.</summary>
    /// <exception cref="FormatException">A variable is not known.</exception>
    public static StickyRule? Compile(IReadOnlyList<string> words, TextCompiler texts)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(texts);
        string[] all = [.. words];
        return all switch
        {
            ["route", .. var variables] => new(
                [.. variables.Select(one => texts.Variable(one.TrimStart('$').ToLowerInvariant()))], "", "", null),
            ["cookie", var name, .. var rest] => OfCookie(name, rest, texts),
            _ => null,
        };
    }

    /// <summary>The route that a request asks for; empty: none. The first variable that has a text says it.</summary>
    public ReadOnlySpan<byte> RouteOf(Request request)
    {
        foreach (VariableReader reader in _readers)
        {
            ReadOnlySpan<byte> value = reader(request, out bool isFound);
            if (isFound && !value.IsEmpty)
            {
                return value;
            }
        }
        return default;
    }

    /// <summary>Puts the value of a Set-Cookie that leads to a peer.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="now">In seconds since 1970.</param>
    /// <param name="to">Where it is put.</param>
    public void PutCookie(Peer peer, long now, TextBuilder to)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(to);
        to.Put(_name);
        to.Put((byte)'=');
        to.Put(peer.Route);
        if (_age is { } age)
        {
            to.Put("; expires="u8);
            HttpDate.Write(now + age, to.Room(HttpDate.Length));
            to.Advance(HttpDate.Length);
            to.Put("; max-age="u8);
            _ = System.Buffers.Text.Utf8Formatter.TryFormat(age, to.Room(20), out int length);
            to.Advance(length);
        }
        to.Put(_attributes);
    }

    private static StickyRule OfCookie(string name, IEnumerable<string> words, TextCompiler texts)
    {
        long? age = null;
        var attributes = new StringBuilder();
        foreach (string word in words)
        {
            if (word == "expires=max")
            {
                age = 315_360_000;
            }
            else if (word.StartsWith("expires=", StringComparison.Ordinal))
            {
                age = TimeValue.TryParse(Encoding.ASCII.GetBytes(word["expires=".Length..]), out long time) ? time
                    : null;
            }
            else
            {
                attributes = attributes.Append("; ").Append(word);
            }
        }
        return new([texts.Variable("cookie_" + name.ToLowerInvariant())], name, attributes.ToString(), age);
    }
}
