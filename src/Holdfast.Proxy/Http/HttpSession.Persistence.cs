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

    /// <summary>Looks at each cookie of the name in each field: the first one that names a server wins.</summary>
    private void ReadCookie(CookieSettings settings, RequestContext subject, HeadView view)
    {
        ReadOnlySpan<byte> name = _backend.Backend.CookieName;
        long now = subject.WallClock / MicrosecondsPerSecond;
        for (int at = view.Find("cookie"u8); at >= 0; at = view.Find("cookie"u8, at))
        {
            int next = 0;
            while (CookieField.TryNext(view.ValueAt(at), name, ref next, out Range value, out Range removal))
            {
                ReadOnlySpan<byte> field = view.ValueAt(at);
                RequestCookie cookie = RequestCookie.Parse(settings, field[value], now);
                TakeCookie(cookie);
                if (settings is { Mode: CookieMode.Insert, IsIndirect: true })
                {
                    if (!TryRemoveCookie(view, at, field, removal, ref next))
                    {
                        break;
                    }
                }
                else if (cookie.HasPrefix)
                {
                    int start = value.GetOffsetAndLength(field.Length).Offset;
                    int length = cookie.Server.Length + 1;
                    _ = view.ReplaceInValue(at, start, start + length, []);
                    next -= length;
                }
            }
        }
    }

    private void TakeCookie(in RequestCookie cookie)
    {
        if (cookie.State == RequestCookieState.Valid)
        {
            _cookieLastSeen = cookie.LastSeen;
            _cookieFirstSeen = cookie.FirstSeen;
        }
        else if (cookie.State != RequestCookieState.Invalid)
        {
            _requestCookie = cookie.State;
        }
        bool isChosen = _ignoresPersistence || _persistent is not null;
        Server? named = isChosen || cookie.State != RequestCookieState.Valid || cookie.Server.IsEmpty ? null
            : FindServer(cookie.Server, static server => server.Options.Cookie);
        if (named is not null)
        {
            bool isUp = named.Balanced.TakesPersistentWork;
            _requestCookie = isUp ? RequestCookieState.Valid : RequestCookieState.Down;
            _persistent = Takes(named) ? named : null;
        }
        else if (_requestCookie == RequestCookieState.None)
        {
            _requestCookie = isChosen ? RequestCookieState.Unused : RequestCookieState.Invalid;
        }
    }

    /// <returns>False: nothing is left of the field.</returns>
    private static bool TryRemoveCookie(
        HeadView view, int at, ReadOnlySpan<byte> field, Range removal, ref int next)
    {
        (int start, int length) = removal.GetOffsetAndLength(field.Length);
        if (length >= field.Length)
        {
            view.RemoveAt(at);
            return false;
        }
        _ = view.ReplaceInValue(at, start, start + length, []);
        next = Math.Max(0, next - length);
        return true;
    }

    /// <summary>A request that is denied shows its cookies in the log, and the server that they name.</summary>
    private void LookAtCookies(HttpExchange exchange)
    {
        if (exchange.Subject is not { } subject)
        {
            return;
        }
        HeadView view = exchange.Request.On(_fromClient.Bytes(_pool));
        CaptureCookie(subject, view);
        if (_backend.Backend.Program.Cookie is { } cookie && (_step > RequestStep.Switch || !IsOtherSection))
        {
            ReadCookie(cookie, subject, view);
            _lastServer = _persistent;
        }
    }

    private void ForgetCookies()
    {
        _requestCookie = RequestCookieState.None;
        _cookieLastSeen = _cookieFirstSeen = 0;
    }

    /// <summary>Where a cookie is configured, its letters stand in each line, also of answers of our own.</summary>
    private void PutCookieLetters(HttpExchange exchange, Span<byte> termination)
    {
        BackendProgram program = _backend.Backend.Program;
        if (program.Cookie is null || program.IsCookiePassive || exchange.Request.HeadLength == 0
            || (_step <= RequestStep.Switch && IsOtherSection))
        {
            return;
        }
        termination[2] = LetterOf(_requestCookie);
        if (exchange.End.ResponseCookie == Termination.Dash)
        {
            termination[3] = (byte)'N';
        }
    }

    /// <summary>The server that the cookie names has failed, and another one gets the request.</summary>
    private void LeaveCookiesServer()
    {
        if (_requestCookie == RequestCookieState.Valid)
        {
            _requestCookie = RequestCookieState.Down;
        }
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
        for (int at = _ignoresPersistence ? -1 : view.Find("set-cookie"u8); at >= 0;
            at = view.Find("set-cookie"u8, at))
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
            if (settings.IsNoCache && Cacheability.MayBeCached(
                view, _exchange!.Request.ReceivedMethod, _receivedStatus))
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
