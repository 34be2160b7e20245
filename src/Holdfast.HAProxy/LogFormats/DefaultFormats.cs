using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.LogFormats;

/// <summary>The built-in formats of log lines (section 8.2 of the manual).</summary>
public static class DefaultFormats
{
    private const string Http =
        "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r";

    private const string Tcp = "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq";

    private const string Https = Http
        + " %[fc_err]/%[ssl_fc_err,hex]/%[ssl_c_err]/%[ssl_c_ca_err]/%[ssl_fc_is_resumed] %[ssl_fc_sni]/%sslv/%sslc";

    private const string Clf =
        "%{+Q}o %{-Q}ci - - [%trg] %r %ST %B \"\" \"\" %cp %ms %ft %b %s %TR %Tw %Tc %Tr %Ta %tsc %ac %fc %bc %sc %rc "
        + "%sq %bq %CC %CS %hrl %hsl";

    private static readonly SourceSpan s_span = new("built-in", 1, 1, 0);

    /// <summary>The format of a name of <see cref="ProxyModel.LogFormatName"/>: http, tcp, https or clf.</summary>
    /// <returns>Null for any other name.</returns>
    public static LogFormat? Of(string name) => name switch
    {
        "http" => Parse(Http),
        "tcp" => Parse(Tcp),
        "https" => Parse(Https),
        "clf" => Parse(Clf),
        _ => null,
    };

    private static LogFormat Parse(string text)
    {
        ImmutableArray<LogItem>.Builder items = ImmutableArray.CreateBuilder<LogItem>();
        LogItemFlags common = LogItemFlags.None;
        for (int at = 0; at < text.Length;)
        {
            if (text[at] != '%')
            {
                int end = text.IndexOf('%', at);
                end = end < 0 ? text.Length : end;
                items.Add(new LogLiteral(text[at..end], s_span));
                at = end;
                continue;
            }
            at++;
            LogItemFlags flags = common;
            if (text[at] == '{')
            {
                flags = text[at + 1] == '+' ? flags | LogItemFlags.Quoted : flags & ~LogItemFlags.Quoted;
                at = text.IndexOf('}', at) + 1;
            }
            if (text[at] == '[')
            {
                int close = text.IndexOf(']', at);
                items.Add(new LogSample(Expression(text[(at + 1)..close]), null, flags, s_span));
                at = close + 1;
                continue;
            }
            int start = at;
            while (at < text.Length && char.IsAsciiLetterOrDigit(text[at]))
            {
                at++;
            }
            string name = text[start..at];
            common = name == "o" ? flags : common;
            if (name != "o")
            {
                items.Add(new LogAlias(name, null, flags, s_span));
            }
        }
        return new LogFormat(text, items.ToImmutable(), s_span);
    }

    private static SampleExpression Expression(string text)
    {
        string[] words = text.Split(',');
        return new SampleExpression(words[0], [], SampleType.Any, [.. words.Skip(1).Select(static w =>
            new ConverterCall(w, [], SampleType.Binary, SampleType.Text, s_span))], s_span);
    }
}
