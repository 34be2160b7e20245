using Holdfast.Balancing.Persistence;
using Holdfast.HAProxy.Patterns;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Upstreams;
using CookieMode = Holdfast.Balancing.Persistence.CookieMode;
using CookieSettings = Holdfast.Balancing.Persistence.CookieSettings;

namespace Holdfast.Proxy.Http;

/// <summary>What holds a client to a server: use-server, cookies.</summary>
internal sealed partial class HttpSession<TTransport>
{
    private const int SetCookieMax = 1024;
    private const long MicrosecondsPerSecond = 1_000_000;

    private bool _ignoresPersistence;

    private RequestCookieState _requestCookie;
    private long _cookieLastSeen;
    private long _cookieFirstSeen;

    /// <summary>Looks for what names a server.</summary>
    private void FindPersistent(RequestContext subject, HeadView view)
    {
        BackendProgram program = _backend.Backend.Program;
        _isForced = AnyHolds(program.ForcePersist, subject);
        _ignoresPersistence = AnyHolds(program.IgnorePersist, subject);
        _requestCookie = RequestCookieState.None;
        _cookieLastSeen = _cookieFirstSeen = 0;
        if (program.UseServer is { } choices)
        {
            UseServer(choices, subject);
        }
        if (program.Cookie is { } cookie)
        {
            ReadCookie(cookie, subject, view);
        }
        if (_persistent is null && !_ignoresPersistence && program.StickRules.Length > 0)
        {
            _persistent = _frontend.Backends.Sticking.Match(
                _backend.Backend, subject, _exchange!.Stores, _isForced, _backend.Now);
        }
    }

    private static bool AnyHolds(
        System.Collections.Immutable.ImmutableArray<CompiledCondition> conditions, RequestContext subject)
    {
        foreach (CompiledCondition condition in conditions)
        {
            if (condition.Evaluate(subject) == AclAnswer.Pass)
            {
                return true;
            }
        }
        return false;
    }

    private void UseServer(Holdfast.HAProxy.Rules.CompiledChoices choices, RequestContext subject)
    {
        for (int index = 0; choices.TryNext(subject, ref index, out ReadOnlySpan<byte> name); index++)
        {
            if (FindServer(name, static server => server.Identity.NameBytes) is { } server && Takes(server))
            {
                _persistent = server;
                return;
            }
        }
    }

    private Server? FindServer(ReadOnlySpan<byte> name, Func<Server, byte[]?> nameOf)
    {
        foreach (Server server in _backend.Backend.Servers)
        {
            if (nameOf(server) is { } own && name.SequenceEqual(own))
            {
                return server;
            }
        }
        return null;
    }

    /// <summary>Whether a server takes what sticks to it.</summary>
    private bool Takes(Server server) => StickPersistence.Takes(server, _isForced);

    private void ReadCookie(CookieSettings settings, RequestContext subject, HeadView view)
    {
        ReadOnlySpan<byte> name = _backend.Backend.CookieName;
        for (int at = view.Find("cookie"u8); at >= 0; at = view.Find("cookie"u8, at))
        {
            ReadOnlySpan<byte> field = view.ValueAt(at);
            if (!CookieField.TryFind(field, name, out Range value, out Range removal))
            {
                continue;
            }
            long now = subject.WallClock / MicrosecondsPerSecond;
            RequestCookie cookie = RequestCookie.Parse(settings, field[value], now);
            TakeCookie(cookie);
            if (settings is { Mode: CookieMode.Insert, IsIndirect: true })
            {
                RemoveCookie(view, at, field, removal);
            }
            else if (cookie.HasPrefix)
            {
                int start = value.GetOffsetAndLength(field.Length).Offset;
                _ = view.ReplaceInValue(at, start, start + cookie.Server.Length + 1, []);
            }
            break;
        }
        if (_backend.Backend.Program.IsCookiePassive)
        {
            return;
        }
        HttpExchange exchange = _exchange!;
        exchange.End = exchange.End with { RequestCookie = LetterOf(_requestCookie), ResponseCookie = (byte)'N' };
    }

    private void TakeCookie(in RequestCookie cookie)
    {
        _requestCookie = cookie.State;
        _cookieLastSeen = cookie.LastSeen;
        _cookieFirstSeen = cookie.FirstSeen;
        if (cookie.State != RequestCookieState.Valid)
        {
            return;
        }
        if (_ignoresPersistence || _persistent is not null)
        {
            _requestCookie = RequestCookieState.Unused;
            return;
        }
        Server? named = FindServer(cookie.Server, static server => server.Options.Cookie);
        _requestCookie = named is null ? RequestCookieState.Invalid
            : named.Balanced.TakesPersistentWork ? RequestCookieState.Valid : RequestCookieState.Down;
        if (named is not null && Takes(named))
        {
            _persistent = named;
        }
    }

    private static void RemoveCookie(HeadView view, int at, ReadOnlySpan<byte> field, Range removal)
    {
        (int start, int length) = removal.GetOffsetAndLength(field.Length);
        if (length >= field.Length)
        {
            view.RemoveAt(at);
            return;
        }
        _ = view.ReplaceInValue(at, start, start + length, []);
    }

    private static byte LetterOf(RequestCookieState state) => state switch
    {
        RequestCookieState.Invalid => (byte)'I',
        RequestCookieState.Valid => (byte)'V',
        RequestCookieState.Down => (byte)'D',
        RequestCookieState.Expired => (byte)'E',
        RequestCookieState.Old => (byte)'O',
        RequestCookieState.Unused => (byte)'U',
        _ => (byte)'N',
    };

    /// <summary>Changes, removes and adds cookies of a response.</summary>
    private void WriteCookies(CookieSettings settings, RequestContext subject, HeadView view)
    {
        Server server = _chosen!;
        byte[] value = server.Options.Cookie ?? [];
        bool hasReached = _persistent == server;
        bool isPassive = _backend.Backend.Program.IsCookiePassive;
        ResponseCookieState state = ResponseCookieState.None;
        for (int at = view.Find("set-cookie"u8); at >= 0; at = view.Find("set-cookie"u8, at))
        {
            ReadOnlySpan<byte> field = view.ValueAt(at);
            int end = field.IndexOf((byte)';');
            if (CookieField.TryFind(end < 0 ? field : field[..end], _backend.Backend.CookieName, out Range old, out _))
            {
                state = isPassive ? ResponseCookieState.Provided
                    : ResponseCookie.DecideServers(settings, hasReached, value.Length > 0);
                ChangeServers(settings, state, view, at, old.GetOffsetAndLength(field.Length), value);
            }
        }
        long now = subject.WallClock / MicrosecondsPerSecond;
        var request = new RequestCookie { LastSeen = _cookieLastSeen, FirstSeen = _cookieFirstSeen };
        ResponseCookieState own = isPassive ? ResponseCookieState.None : ResponseCookie.Decide(settings, request,
            hasReached, _exchange!.Request.Method == RequestMethod.Post, value.Length > 0,
            state == ResponseCookieState.Provided, _ignoresPersistence, now);
        Span<byte> room = stackalloc byte[SetCookieMax];
        if (own != ResponseCookieState.None && ResponseCookie.Write(settings, value, request, now, room)
            is > 0 and int length)
        {
            _ = view.Add("set-cookie"u8, room[..length]);
            if (settings.IsNoCache && Cacheability.MayBeCached(view))
            {
                _ = view.Add("cache-control"u8, "private"u8);
            }
            state = own;
        }
        if (!isPassive)
        {
            _exchange!.End = _exchange.End with { ResponseCookie = LetterOf(state) };
        }
    }

    private static void ChangeServers(
        CookieSettings settings, ResponseCookieState state, HeadView view, int at, (int Start, int Length) old,
        ReadOnlySpan<byte> value)
    {
        if (state == ResponseCookieState.Deleted)
        {
            view.RemoveAt(at);
        }
        else if (state == ResponseCookieState.Rewritten && settings.Mode == CookieMode.Rewrite)
        {
            _ = view.ReplaceInValue(at, old.Start, old.Start + old.Length, value);
        }
        else if (state == ResponseCookieState.Rewritten)
        {
            Span<byte> prefix = stackalloc byte[Math.Min(value.Length, SetCookieMax - 1) + 1];
            value[..(prefix.Length - 1)].CopyTo(prefix);
            prefix[^1] = (byte)'~';
            _ = view.ReplaceInValue(at, old.Start, old.Start, prefix);
        }
    }

    private static byte LetterOf(ResponseCookieState state) => state switch
    {
        ResponseCookieState.Inserted => (byte)'I',
        ResponseCookieState.Updated => (byte)'U',
        ResponseCookieState.Provided => (byte)'P',
        ResponseCookieState.Rewritten => (byte)'R',
        ResponseCookieState.Deleted => (byte)'D',
        _ => (byte)'N',
    };
}
