using Holdfast.Balancing.Hashing;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Fetches;

/// <summary>Start lines and what is made of them (section 7.3.6 of the manual).</summary>
internal static class RequestFetches
{
    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("method", static (c, ref s) => HasRequest(c, ref s) && Method(c, ref s));
        table.Register("path", static (c, ref s) => HasRequest(c, ref s) && Path(c, ref s, withQuery: false));
        table.Register("pathq", static (c, ref s) => HasRequest(c, ref s) && Path(c, ref s, withQuery: true));
        table.Register("url", static (c, ref s) => HasRequest(c, ref s) && s.SetText(c.Request.Target));
        table.Register("query", static (c, ref s) => HasRequest(c, ref s) && Query(c, ref s));
        table.Register("base", static (c, ref s) => HasRequest(c, ref s) && Base(c, ref s, withQuery: false));
        table.Register("baseq", static (c, ref s) => HasRequest(c, ref s) && Base(c, ref s, withQuery: true));
        table.Register("base32",
            static (c, ref s) => HasRequest(c, ref s) && Base(c, ref s, withQuery: false)
                && s.Set((long)Spread(s.Bytes)));
        table.Register("url32",
            static (c, ref s) => HasRequest(c, ref s) && HostAndTarget(c, ref s)
                && s.Set((long)Spread(s.Bytes)));
        table.Register("base32+src", static (c, ref s) => HasRequest(c, ref s) && Base(c, ref s, withQuery: false)
            && WithSource(Spread(s.Bytes), c, ref s));
        table.Register("url32+src", static (c, ref s) => HasRequest(c, ref s) && HostAndTarget(c, ref s)
            && WithSource(Spread(s.Bytes), c, ref s));
        table.Register("url_ip", static (c, ref s) => HasRequest(c, ref s) && UrlHost(c, ref s, port: false));
        table.Register("url_port", static (c, ref s) => HasRequest(c, ref s) && UrlHost(c, ref s, port: true));
        table.Register("req.ver req_ver", static _ => static (c, ref s) => HasRequest(c, ref s)
            && s.SetText(VersionOf(c.Request.ReceivedStartLine)));
        table.Register("res.ver resp_ver", static _ => static (c, ref s) => HasResponse(c, ref s)
            && s.SetText(c.ResponseHead!.Version == H1Version.Http11 ? "1.1"u8 : "1.0"u8));
        table.Register("status",
            static (c, ref s) => HasResponse(c, ref s) && s.Set((long)c.ResponseHead!.Status));
        table.Register("http_first_req", static (c, ref s) => s.Set(c.IsFirstRequest));
        table.Register("req.proto_http req_proto_http", static _ => static (c, ref s) =>
            HasRequest(c, ref s) && s.Set(true));
        RegisterCaptures(table);
    }

    private static void RegisterCaptures(Dictionary<string, StepFactory> table)
    {
        table.Register("capture.req.method", static (c, ref s) =>
            c.Log.RequestLine.HasValue ? s.SetText(FirstWord(c.Log.RequestLine.Value))
                : c.RequestHead is not null && s.SetText(FirstWord(c.Request.ReceivedStartLine)));
        table.Register("capture.req.uri", static (c, ref s) =>
            c.Log.RequestLine.HasValue ? TargetPath(c.Log.RequestLine.Value, ref s)
                : c.RequestHead is not null && TargetPath(c.Request.ReceivedStartLine, ref s));
        table.Register("capture.req.ver", static (c, ref s) => c.RequestHead is not null
            && s.SetText(c.RequestHead.Version == H1Version.Http11 ? "HTTP/1.1"u8 : "HTTP/1.0"u8));
        table.Register("capture.res.ver", static (c, ref s) => c.ResponseHead is not null
            && s.SetText(c.ResponseHead.Version == H1Version.Http11 ? "HTTP/1.1"u8 : "HTTP/1.0"u8));
        table.Register("capture.req.hdr", static a =>
        {
            int slot = (int)a.Integer(0);
            return (c, ref s) => c.Captures.Request(slot) is { } kept && Captured(kept, ref s);
        });
        table.Register("capture.res.hdr", static a =>
        {
            int slot = (int)a.Integer(0);
            return (c, ref s) => c.Captures.Response(slot) is { } kept && Captured(kept, ref s);
        });
    }

    /// <summary>Whether the request's head is there; says that it may come when it may.</summary>
    public static bool HasRequest(RequestContext c, ref Sample s)
    {
        s.MayChange = c.RequestHead is null && !c.IsFinal && !c.IsNoRequest;
        return c.RequestHead is not null;
    }

    /// <summary>Whether the response's head is there; says that it may come when it may.</summary>
    public static bool HasResponse(RequestContext c, ref Sample s)
    {
        s.MayChange = c.ResponseHead is null && !c.IsFinal;
        return c.ResponseHead is not null;
    }

    /// <summary>Path and query of the request line as it came.</summary>
    private static bool TargetPath(ReadOnlySpan<byte> line, ref Sample s)
    {
        int first = line.IndexOf((byte)' ');
        int last = line.LastIndexOf((byte)' ');
        ReadOnlySpan<byte> target = first > 0 && last > first ? line[(first + 1)..last] : [];
        if (!target.IsEmpty && target[0] != '/' && target.IndexOf("://"u8) is var scheme and >= 0)
        {
            ReadOnlySpan<byte> rest = target[(scheme + 3)..];
            target = rest.IndexOf((byte)'/') is var slash and >= 0 ? rest[slash..] : [];
        }
        return !target.IsEmpty && target[0] == '/' && s.SetText(target);
    }

    private static bool Captured(StoredBytes kept, ref Sample s) => kept.HasValue && s.SetText(kept.Value);

    /// <summary>
    /// The method as it came: <c>set-method</c> changes only what the server gets. Of a method that is not among the
    /// usual ones, the original keeps only that, and has its name of the line as it is now.
    /// </summary>
    private static bool Method(RequestContext c, ref Sample s)
    {
        s.SetText(c.RequestHead!.ReceivedMethod is RequestMethod.Other or RequestMethod.Patch
            ? c.Request.Method : FirstWord(c.Request.ReceivedStartLine));
        s.Kind = SampleKind.Method;
        return true;
    }

    private static ReadOnlySpan<byte> FirstWord(ReadOnlySpan<byte> line)
        => line.IndexOf((byte)' ') is var end and >= 0 ? line[..end] : line;

    /// <summary>The version of a request line, as it says itself: 1.9, for one.</summary>
    private static ReadOnlySpan<byte> VersionOf(ReadOnlySpan<byte> line)
        => line.LastIndexOf("HTTP/"u8) is var at and >= 0 ? line[(at + "HTTP/".Length)..] : [];

    private static uint Spread(ReadOnlySpan<byte> bytes)
        => Hash32.Avalanche(Hash32.Compute(HashFunction.Sdbm, bytes));

    private static bool Path(RequestContext c, ref Sample s, bool withQuery)
    {
        HeadView request = c.Request;
        H1Head head = request.Head;
        ReadOnlySpan<byte> path = request.Path;
        if (path.IsEmpty)
        {
            return false;
        }
        return s.SetText(withQuery ? request.Target[(head.Path.Start - head.Target.Start)..] : path);
    }

    private static bool Query(RequestContext c, ref Sample s)
        => c.Request.Head.HasQuery && s.SetText(c.Request.Query);

    private static ReadOnlySpan<byte> Host(HeadView request)
        => request.TryValue("host"u8, 1, out ReadOnlySpan<byte> host) ? host : [];

    private static bool Base(RequestContext c, ref Sample s, bool withQuery)
    {
        ReadOnlySpan<byte> host = Host(c.Request);
        bool hasPath = Path(c, ref s, withQuery);
        if (host.IsEmpty)
        {
            return hasPath;
        }
        return Join(host, hasPath && s.Bytes[0] == '/' ? s.Bytes : [], c, ref s);
    }

    private static bool HostAndTarget(RequestContext c, ref Sample s)
    {
        ReadOnlySpan<byte> path = Path(c, ref s, withQuery: true) && s.Bytes[0] == '/' ? s.Bytes : [];
        return Join(Host(c.Request), path, c, ref s);
    }

    private static bool Join(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, RequestContext c, ref Sample s)
    {
        if (!c.Scratch.TryTake(a.Length + b.Length, out Span<byte> room))
        {
            return false;
        }
        a.CopyTo(room);
        b.CopyTo(room[a.Length..]);
        return s.SetText(room);
    }

    private static bool WithSource(uint hash, RequestContext c, ref Sample s)
    {
        if (c.Client.Source.IsNone || !c.Scratch.TryTake(20, out Span<byte> room))
        {
            return false;
        }
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(room, hash);
        return s.SetBinary(room[..(4 + c.Client.Source.CopyTo(room[4..]))]);
    }

    private static bool UrlHost(RequestContext c, ref Sample s, bool port)
    {
        ReadOnlySpan<byte> authority = c.Request.Authority;
        if (!AddressText.TryParseV4(authority, out int length, out Primitives.IpAddress address))
        {
            return false;
        }
        ReadOnlySpan<byte> rest = authority[length..];
        return port ? s.Set(rest is [(byte)':', ..] ? Numbers.Read(rest[1..]) : 80L) : s.Set(address);
    }
}
