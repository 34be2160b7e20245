using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.LogFormats;

/// <summary>Writes one part of a log format.</summary>
internal delegate void LogItemWriter(RequestContext context, ref LogWriter writer, LogItemFlags flags);

/// <summary>The variables of log formats (section 8.2.4 of the manual).</summary>
internal static class LogAliases
{
    private static readonly Dictionary<string, LogItemWriter> s_all = Fill();

    /// <summary>Names that can be compiled.</summary>
    public static IEnumerable<string> Names => s_all.Keys;

    /// <summary>The writer of a variable; null when there is none.</summary>
    public static LogItemWriter? Find(string name) => s_all.GetValueOrDefault(name);

    private static Dictionary<string, LogItemWriter> Fill()
    {
        var all = new Dictionary<string, LogItemWriter>(StringComparer.Ordinal)
        {
            ["o"] = static (_, ref _, _) => { },
            ["ci"] = static (c, ref w, f) =>
            {
                if (c.IsUnixClient)
                {
                    LogText.Put(ref w, "unix"u8, f);
                    return;
                }
                LogText.PutAddress(ref w, c.Client.Source, f);
            },
            ["cp"] = static (c, ref w, f)
                => LogText.PutNumber(ref w, c.IsUnixClient ? c.ListenerId : c.Client.SourcePort, f),
            ["fi"] = static (c, ref w, f) => LogText.PutAddress(ref w, c.Client.Destination, f),
            ["fp"] = static (c, ref w, f) => LogText.PutNumber(ref w, c.Client.DestinationPort, f),
            ["bi"] = static (c, ref w, f) => LogText.PutAddress(ref w, c.Server.Source, f),
            ["bp"] = static (c, ref w, f) => LogText.PutNumber(ref w, c.Server.SourcePort, f),
            ["si"] = static (c, ref w, f) => LogText.PutAddress(ref w, c.Server.Destination, f),
            ["sp"] = static (c, ref w, f) => LogText.PutNumber(ref w, c.Server.DestinationPort, f),
            ["f"] = static (c, ref w, f) => LogText.Put(ref w, c.Frontend.NameBytes, f),
            ["ft"] = Frontend,
            ["b"] = static (c, ref w, f) => LogText.Put(ref w, c.Backend.NameBytes, f),
            ["s"] = Server,
            ["ac"] = static (c, ref w, _) => w.PutNumber(c.Log.ActiveConnections),
            ["fc"] = static (c, ref w, _) => w.PutNumber(c.Log.FrontendConnections),
            ["bc"] = static (c, ref w, _) => w.PutNumber(c.Log.BackendConnections),
            ["sc"] = static (c, ref w, _) => w.PutNumber(c.Log.ServerConnections),
            ["rc"] = static (c, ref w, _) => PutMarked(ref w, c.Log.IsRedispatched, c.Log.Retries),
            ["sq"] = static (c, ref w, _) => w.PutNumber(c.Log.ServerQueue),
            ["bq"] = static (c, ref w, _) => w.PutNumber(c.Log.BackendQueue),
            ["B"] = static (c, ref w, _) => PutMarked(ref w, c.Log.IsEarly, c.Log.BytesRead),
            ["U"] = static (c, ref w, _) => PutMarked(ref w, c.Log.IsEarly, c.Log.BytesUploaded),
            ["ST"] = static (c, ref w, _) => w.PutNumber(c.Log.Status),
            ["ts"] = static (c, ref w, _) => w.Put(c.Log.Termination.AsSpan(0, 2)),
            ["tsc"] = static (c, ref w, _) => w.Put(c.Log.Termination),
            ["H"] = static (c, ref w, f) => LogText.Put(ref w, c.Log.HostName, f),
            ["lc"] = static (c, ref w, f) => LogText.PutNumber(ref w, c.Log.LogCounter, f),
            ["rt"] = static (c, ref w, f) => LogText.PutNumber(ref w, c.Log.RequestCounter, f),
            ["pid"] = static (c, ref w, f) => LogText.PutNumber(ref w, c.Log.ProcessId, f),
            ["sslc"] = static (c, ref w, f) => Tls(c, ref w, f, "fc_cipher"),
            ["sslv"] = static (c, ref w, f) => Tls(c, ref w, f, "fc_protocol"),
        };
        FillTimes(all);
        FillHttp(all);
        return all;
    }

    private static void FillTimes(Dictionary<string, LogItemWriter> all)
    {
        all["Th"] = static (c, ref w, _) => w.PutNumber(c.Log.Handshake);
        all["Ti"] = static (c, ref w, _) => w.PutNumber(c.Log.Idle);
        all["TR"] = static (c, ref w, _) => w.PutNumber(c.Log.Receive);
        all["Tq"] = static (c, ref w, _) => w.PutNumber(
            c.Log.Receive < 0 ? -1 : c.Log.Handshake + c.Log.Idle + c.Log.Receive);
        all["Tw"] = static (c, ref w, _) => w.PutNumber(c.Log.Wait);
        all["Tc"] = static (c, ref w, _) => w.PutNumber(c.Log.Connect);
        all["Tr"] = static (c, ref w, _) => w.PutNumber(c.Log.Answer);
        all["Td"] = static (c, ref w, _) => w.PutNumber(c.Log.Data);
        all["Ta"] = static (c, ref w, _) => PutMarked(ref w, c.Log.IsEarly, c.Log.Active);
        all["Tt"] = static (c, ref w, _) => PutMarked(ref w, c.Log.IsEarly, c.Log.Total);
        all["Tu"] = static (c, ref w, _) => PutMarked(ref w, c.Log.IsEarly, c.Log.User);
        all["Ts"] = static (c, ref w, f) => Hexadecimal(ref w, c.Log.AcceptTime / 1_000_000, f);
        all["ms"] = static (c, ref w, f) =>
        {
            long value = c.Log.AcceptTime / 1000 % 1000;
            if ((f & LogItemFlags.Hexadecimal) != 0)
            {
                w.PutHex(value, 2);
            }
            else
            {
                w.PutPadded(value, 3);
            }
        };
        all["t"] = static (c, ref w, _) => Milliseconds(ref w, c.Log.AcceptTime, c.UtcOffset);
        all["tr"] = static (c, ref w, _) => Milliseconds(ref w, c.Log.RequestTime, c.UtcOffset);
        all["T"] = static (c, ref w, _) => Seconds(ref w, c.Log.AcceptTime, 0);
        all["Tl"] = static (c, ref w, _) => Seconds(ref w, c.Log.AcceptTime, c.UtcOffset);
        all["trg"] = static (c, ref w, _) => Seconds(ref w, c.Log.RequestTime, 0);
        all["trl"] = static (c, ref w, _) => Seconds(ref w, c.Log.RequestTime, c.UtcOffset);
    }

    private static void FillHttp(Dictionary<string, LogItemWriter> all)
    {
        all["CC"] = static (c, ref w, f) => LogText.Put(ref w, c.Captures.RequestCookie.Value, f);
        all["CS"] = static (c, ref w, f) => LogText.Put(ref w, c.Captures.ResponseCookie.Value, f);
        all["hr"] = static (c, ref w, f) => Captures(c.Captures, ref w, f, isResponse: false, isList: false);
        all["hs"] = static (c, ref w, f) => Captures(c.Captures, ref w, f, isResponse: true, isList: false);
        all["hrl"] = static (c, ref w, f) => Captures(c.Captures, ref w, f, isResponse: false, isList: true);
        all["hsl"] = static (c, ref w, f) => Captures(c.Captures, ref w, f, isResponse: true, isList: true);
        all["r"] = static (c, ref w, f) => LogText.PutEncoded(
            ref w, TryLine(c, out ReadOnlySpan<byte> line) ? line : "<BADREQ>"u8,
            LogText.Url, f);
        all["HM"] = static (c, ref w, f) => Part(c, ref w, f, static (l, a, b) => l[..a]);
        all["HU"] = static (c, ref w, f) => Part(c, ref w, f, static (l, a, b) => l[(a + 1)..b]);
        all["HP"] = static (c, ref w, f) => Part(c, ref w, f, static (l, a, b) => BeforeQuery(l[(a + 1)..b]));
        all["HPO"] = static (c, ref w, f) => Part(c, ref w, f,
            static (l, a, b) => BeforeQuery(WithoutAuthority(l[(a + 1)..b])));
        all["HQ"] = static (c, ref w, f) => Part(c, ref w, f,
            static (l, a, b) => l[(a + 1)..b] is var uri && uri.IndexOf((byte)'?') is var at and >= 0 ? uri[at..] : []);
        all["HV"] = static (c, ref w, f) => Part(c, ref w, f, static (l, a, b) => l[Math.Min(l.Length, b + 1)..]);
    }

    private delegate ReadOnlySpan<byte> LinePart(ReadOnlySpan<byte> line, int first, int last);

    private static void Part(RequestContext c, ref LogWriter w, LogItemFlags flags, LinePart part)
    {
        if (!TryLine(c, out ReadOnlySpan<byte> line))
        {
            LogText.PutEncoded(ref w, "<BADREQ>"u8, LogText.Url, flags);
            return;
        }
        int first = line.IndexOf((byte)' ');
        int last = line.LastIndexOf((byte)' ');
        if (first > 0 && last > first)
        {
            LogText.PutEncoded(ref w, part(line, first, last), LogText.Url, flags);
        }
    }

    /// <summary>The request line, as it was kept or as it stands in the buffer.</summary>
    private static bool TryLine(RequestContext c, out ReadOnlySpan<byte> line)
    {
        bool isKept = c.Log.RequestLine.HasValue;
        line = c.Log.IsBadRequest ? default : isKept ? c.Log.RequestLine.Value
            : c.RequestHead is null ? default : c.Request.ReceivedStartLine;
        return !c.Log.IsBadRequest && (isKept || c.RequestHead is not null);
    }

    private static ReadOnlySpan<byte> BeforeQuery(ReadOnlySpan<byte> uri)
        => uri.IndexOf((byte)'?') is var at and >= 0 ? uri[..at] : uri;

    private static ReadOnlySpan<byte> WithoutAuthority(ReadOnlySpan<byte> uri)
    {
        int scheme = uri.IndexOf("://"u8);
        if (scheme < 0 || uri[0] == '/')
        {
            return uri is [(byte)'/', ..] ? uri : [];
        }
        int slash = uri[(scheme + 3)..].IndexOf((byte)'/');
        return slash < 0 ? "/"u8 : uri[(scheme + 3 + slash)..];
    }

    private static void Frontend(RequestContext c, ref LogWriter w, LogItemFlags flags)
    {
        bool quoted = (flags & LogItemFlags.Quoted) != 0;
        w.Put(quoted ? "\""u8 : []);
        w.Put(c.Frontend.NameBytes);
        w.Put(c.ClientTls is not null ? "~"u8 : []);
        w.Put(quoted ? "\""u8 : []);
    }

    private static void Server(RequestContext c, ref LogWriter w, LogItemFlags flags)
        => LogText.Put(ref w, c.Log.IsStats ? "<STATS>"u8 : c.ChosenServer is { } server
            ? server.NameBytes : "<NOSRV>"u8, flags);

    private static void Tls(RequestContext c, ref LogWriter w, LogItemFlags flags, string name)
    {
        var sample = new Sample();
        bool has = c.ClientTls is { } tls && tls.TryRead(name, [], c, ref sample);
        LogText.Put(ref w, has ? sample.Bytes : [], flags);
    }

    private static void PutMarked(ref LogWriter w, bool isMarked, long value)
    {
        w.Put(isMarked ? "+"u8 : []);
        w.PutNumber(value);
    }

    private static void Hexadecimal(ref LogWriter w, long value, LogItemFlags flags)
        => LogText.PutNumber(ref w, value, flags);

    private static void Milliseconds(ref LogWriter w, long time, int offset)
    {
        CalendarText.WriteDate(ref w, time / 1_000_000, offset);
        w.Put((byte)'.');
        w.PutPadded(time / 1000 % 1000, 3);
    }

    private static void Seconds(ref LogWriter w, long time, int offset)
    {
        CalendarText.WriteDate(ref w, time / 1_000_000, offset);
        w.Put((byte)' ');
        CalendarText.WriteOffset(ref w, offset);
    }

    /// <summary>Captured headers: between braces with bars, or as a list of words.</summary>
    private static void Captures(
        CaptureStore captures, ref LogWriter w, LogItemFlags flags, bool isResponse, bool isList)
    {
        int count = isResponse ? captures.ResponseCount : captures.RequestCount;
        if (count == 0 || captures.AreMissing)
        {
            return;
        }
        bool quoted = (flags & LogItemFlags.Quoted) != 0;
        w.Put(!isList ? quoted ? "\"{"u8 : "{"u8 : []);
        for (int i = 0; i < count; i++)
        {
            w.Put(i == 0 ? [] : isList ? " "u8 : "|"u8);
            StoredBytes kept = (isResponse ? captures.Response(i) : captures.Request(i))!;
            if (!isList)
            {
                w.PutEncoded(kept.Value, LogText.Header, (byte)'#');
            }
            else if (kept.Value.IsEmpty)
            {
                LogText.Put(ref w, [], flags);
            }
            else
            {
                LogText.PutEncoded(ref w, kept.Value, LogText.Header, flags);
            }
        }
        w.Put(!isList ? quoted ? "}\""u8 : "}"u8 : []);
    }
}
