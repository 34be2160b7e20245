using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Holdfast.Balancing.Servers;
using Holdfast.HAProxy.LogFormats;
using Holdfast.Health.Scripts;
using Holdfast.Http.H1;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Checks;

/// <summary>Writes the request of an HTTP check, as the original's HTTP layer leaves it.</summary>
/// <remarks>
/// Names of fields are in lower case; a field without value is left out; the length is ours, and so is the end of the
/// connection: HTTP/1.1 is told "close", unless the file has a Connection field.
/// </remarks>
internal sealed class HttpQuestion
{
    private readonly byte[] _method;
    private readonly RequestMethod _known;

    internal HttpQuestion(byte[] method)
    {
        _method = method;
        _known = RequestMethods.Find(method);
    }

    /// <summary>The target.</summary>
    internal required CheckText Target { get; init; }

    /// <summary>Such as HTTP/1.0.</summary>
    internal required byte[] Version { get; init; }

    /// <summary>Fields in order.</summary>
    internal required ImmutableArray<(byte[] Name, CheckText Value)> Fields { get; init; }

    /// <summary>The body; null: none.</summary>
    internal CheckText? Body { get; init; }

    /// <summary>Whether the server is told how it is seen (<c>http-check send-state</c>).</summary>
    internal bool SendsState { get; init; }

    private bool IsVersion11 => Version.AsSpan().EndsWith("1.1"u8);

    /// <summary>Writes it.</summary>
    internal bool Write(CheckSession session, Span<byte> to, out int length)
    {
        var proxySession = (ProxyCheckSession)session;
        proxySession.SetMethod(_known);
        var text = new LogWriter(to);
        byte[] memory = ArrayPool<byte>.Shared.Rent(session.SizeMax);
        Span<byte> room = memory;
        text.Put(_method);
        text.Put((byte)' ');
        bool isWritten = Target(session, room, out int count);
        PutTarget(ref text, isWritten ? room[..count] : default, session, room[count..]);
        text.Put((byte)' ');
        text.Put(Version);
        text.Put("\r\n"u8);
        bool hasConnection = PutFields(ref text, session, room);
        if (SendsState)
        {
            PutState(ref text, proxySession);
        }
        ReadOnlySpan<byte> body = [];
        if (Body is not null)
        {
            isWritten &= Body(session, room, out count);
            body = room[..count];
        }
        if (!body.IsEmpty || _known is RequestMethod.Post or RequestMethod.Put)
        {
            text.Put("content-length: "u8);
            text.PutNumber(body.Length);
            text.Put("\r\n"u8);
        }
        text.Put(IsVersion11 && !hasConnection ? "connection: close\r\n\r\n"u8 : "\r\n"u8);
        text.Put(body);
        length = text.Length;
        ArrayPool<byte>.Shared.Return(memory);
        return isWritten && length < to.Length;
    }

    private static bool Is(byte[] name, ReadOnlySpan<byte> other) => Ascii.EqualsIgnoreCase(name, other);

    /// <summary>An absolute target names the host that the Host field names.</summary>
    private void PutTarget(ref LogWriter text, ReadOnlySpan<byte> target, CheckSession session, Span<byte> room)
    {
        int scheme = target.IndexOf("://"u8);
        ReadOnlySpan<byte> host = [];
        foreach ((byte[] name, CheckText value) in Fields)
        {
            if (scheme > 0 && Is(name, "host"u8) && value(session, room, out int count))
            {
                host = room[..count];
            }
        }
        if (host.IsEmpty)
        {
            text.Put(target);
            return;
        }
        int start = scheme + 3;
        int path = target[start..].IndexOf((byte)'/');
        text.Put(target[..start]);
        text.Put(host);
        text.Put(path < 0 ? [] : target[(start + path)..]);
    }

    private bool PutFields(ref LogWriter text, CheckSession session, Span<byte> room)
    {
        bool hasConnection = false;
        foreach ((byte[] name, CheckText value) in Fields)
        {
            if (!value(session, room, out int count) || count == 0 || Is(name, "content-length"u8)
                || Is(name, "transfer-encoding"u8))
            {
                continue;
            }
            ReadOnlySpan<byte> bytes = room[..count];
            if (Is(name, "connection"u8))
            {
                bool isClose = Ascii.EqualsIgnoreCase(bytes, "close"u8);
                hasConnection = !isClose;
                // What either version means anyway is not said.
                if (isClose || (IsVersion11 && Ascii.EqualsIgnoreCase(bytes, "keep-alive"u8)))
                {
                    continue;
                }
            }
            text.Put(name);
            text.Put(": "u8);
            text.Put(bytes);
            text.Put("\r\n"u8);
        }
        return hasConnection;
    }

    private static void PutState(ref LogWriter text, ProxyCheckSession session)
    {
        Server server = session.Server;
        PoolView view = server.Backend.Pool.View;
        int connections = 0;
        int waiting = server.Balanced.Queued;
        foreach (BalancedServer one in server.Backend.Pool.Servers)
        {
            connections += one.Served;
        }
        text.Put("x-haproxy-server-state: "u8);
        text.PutText(server.Health.Text);
        text.Put("; address="u8);
        if (server.Options.Endpoint.IsUnix)
        {
            text.Put("unix; port=unix"u8);
        }
        else
        {
            text.PutAddress(server.Options.Endpoint.Address);
            text.Put("; port="u8);
            text.PutNumber(server.Options.Endpoint.Port);
        }
        text.Put("; name="u8);
        text.PutText(server.Backend.Options.Name);
        text.Put("/"u8);
        text.PutText(server.Options.Name);
        text.Put("; node="u8);
        text.PutText(session.Program.HostName);
        text.Put("; weight="u8);
        int scale = server.Backend.Pool.Settings.HasDynamicWeights ? SlowStart.Scale : 1;
        text.PutNumber(server.Balanced.Weight / scale);
        text.Put("/"u8);
        text.PutNumber(view.UsedWeight / scale);
        text.Put("; scur="u8);
        text.PutNumber(server.Balanced.Served);
        text.Put("/"u8);
        text.PutNumber(connections);
        text.Put("; qcur="u8);
        text.PutNumber(waiting);
        text.Put("\r\n"u8);
    }
}
