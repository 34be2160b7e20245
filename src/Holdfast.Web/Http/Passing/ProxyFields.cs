using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Http.Answers;

namespace Holdfast.Web.Http.Passing;

/// <summary>The fields that the proxy itself writes: those of <c>proxy_set_header</c>, then its own.</summary>
internal sealed class ProxyFields
{
    private readonly (byte[] Name, CompiledText Value)[] _set;
    private readonly byte[][] _others;
    private readonly ulong _known;
    private readonly bool _putsHost;
    private readonly bool _putsClose;
    private readonly bool _putsLength;
    private readonly bool _putsChunked;

    /// <param name="settings">What is configured.</param>
    /// <param name="texts">Compiles values.</param>
    /// <param name="closes">Whether the peer is told that the connection ends: the default until 1.29.7.</param>
    internal ProxyFields(ProxySettings settings, TextCompiler texts, bool closes)
    {
        _set = [.. settings.SetHeaders.Select(one => (Encoding.UTF8.GetBytes(one.Name), texts.Compile(one.Value)))];
        HashSet<string> names = new(settings.SetHeaders.Select(static one => one.Name),
            StringComparer.OrdinalIgnoreCase);
        _putsHost = names.Add("Host");
        _putsClose = names.Add("Connection") && closes;
        _putsLength = names.Add("Content-Length");
        _putsChunked = names.Add("Transfer-Encoding");
        names.UnionWith(["TE", "Keep-Alive", "Expect", "Upgrade", "Proxy-Connection"]);
        List<byte[]> others = [];
        foreach (byte[] name in names.Select(Encoding.UTF8.GetBytes))
        {
            KnownHeader id = KnownHeaders.Find(name);
            _known |= id == KnownHeader.Other ? 0 : 1UL << (int)id;
            if (id == KnownHeader.Other)
            {
                others.Add(name);
            }
        }
        _others = [.. others];
    }

    /// <summary>Whether a client's field is not passed on.</summary>
    internal bool Sets(KnownHeader id, ReadOnlySpan<byte> name)
    {
        if (id != KnownHeader.Other)
        {
            return (_known & (1UL << (int)id)) != 0;
        }
        foreach (byte[] one in _others)
        {
            if (one.Length == name.Length && HttpText.EqualsIgnoreCase(name, one))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Writes them; one whose value is empty is left out.</summary>
    internal void Put(PassedRequest passed, long length, TextBuilder to)
    {
        foreach ((byte[] name, CompiledText value) in _set)
        {
            ReadOnlySpan<byte> text = value.Evaluate(passed.Exchange.Request);
            if (!text.IsEmpty)
            {
                Put(to, name, text);
            }
        }
        if (_putsHost)
        {
            Put(to, "Host"u8, passed.HostAndPort.Span);
        }
        if (_putsClose)
        {
            to.Put("Connection: close\r\n"u8);
        }
        if (_putsLength && length >= 0)
        {
            to.Put("Content-Length: "u8);
            AnswerWriter.PutNumber(to, length);
            to.Put("\r\n"u8);
        }
        if (_putsChunked && length == ProxyProgram.Chunked)
        {
            to.Put("Transfer-Encoding: chunked\r\n"u8);
        }
    }

    private static void Put(TextBuilder to, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        to.Put(name);
        to.Put(": "u8);
        to.Put(value);
        to.Put("\r\n"u8);
    }
}
