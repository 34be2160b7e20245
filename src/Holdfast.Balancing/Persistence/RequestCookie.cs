namespace Holdfast.Balancing.Persistence;

/// <summary>What a request's cookie says: the third letter of the termination state, and what to do with the field.
/// </summary>
public enum RequestCookieState : byte
{
    /// <summary>N: there is none.</summary>
    None,

    /// <summary>I: it names no server.</summary>
    Invalid,

    /// <summary>V: it names a server that takes it.</summary>
    Valid,

    /// <summary>D: it names a server that is down.</summary>
    Down,

    /// <summary>E: it was not used for longer than <c>maxidle</c>.</summary>
    Expired,

    /// <summary>O: it is older than <c>maxlife</c>.</summary>
    Old,

    /// <summary>U: it was there, and a rule chose another way (<c>ignore-persist</c>, <c>use-server</c>).</summary>
    Unused,
}

/// <summary>A cookie's value, taken apart.</summary>
public readonly ref struct RequestCookie
{
    /// <summary>The part that names the server.</summary>
    public ReadOnlySpan<byte> Server { get; init; }

    /// <summary>With <see cref="CookieMode.Prefix"/>: what belongs to the application.</summary>
    public ReadOnlySpan<byte> Application { get; init; }

    /// <summary>Whether there was a prefix.</summary>
    public bool HasPrefix { get; init; }

    /// <summary>When it was last used, in seconds since 1970; 0: it does not say.</summary>
    public long LastSeen { get; init; }

    /// <summary>When it was first given, in seconds since 1970; 0: it does not say.</summary>
    public long FirstSeen { get; init; }

    /// <summary>Valid so far (the server is not yet looked up), or why not.</summary>
    public RequestCookieState State { get; init; }

    /// <summary>Takes a value apart and judges its dates.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="value">The cookie's value, without blanks around it.</param>
    /// <param name="nowUnixSeconds">Now. A date more than a day in the future does not count: a wrong time zone may be
    /// mended without everybody losing his server, and no cookie lives for ever.</param>
    /// <remarks>
    /// <c>server~application</c> with a prefix; <c>server|last|first</c> with dates. A value without dates is valid,
    /// and gets them with the response.
    /// </remarks>
    public static RequestCookie Parse(CookieSettings settings, ReadOnlySpan<byte> value, long nowUnixSeconds)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Mode == CookieMode.Prefix)
        {
            int tilde = value.IndexOf((byte)'~');
            return tilde < 0
                ? new() { Application = value, State = RequestCookieState.Invalid }
                : new()
                {
                    Server = value[..tilde],
                    Application = value[(tilde + 1)..],
                    HasPrefix = true,
                    State = RequestCookieState.Valid,
                };
        }
        int bar = value.IndexOf((byte)'|');
        long last = bar < 0 ? 0 : DateAfter(value[bar..]);
        int second = bar < 0 ? -1 : value[(bar + 1)..].IndexOf((byte)'|');
        long first = second < 0 ? 0 : DateAfter(value[(bar + 1 + second)..]);
        RequestCookieState state = IsOver(settings.MaxLife, first, nowUnixSeconds) ? RequestCookieState.Old
            : IsOver(settings.MaxIdle, last, nowUnixSeconds) ? RequestCookieState.Expired : RequestCookieState.Valid;
        return state != RequestCookieState.Valid ? new() { State = state }
            : new() { Server = bar < 0 ? value : value[..bar], LastSeen = last, FirstSeen = first, State = state };
    }

    /// <summary>Whether the server that a valid cookie names gets the request.</summary>
    /// <param name="takesPersistentWork">Whether it is up, and not in maintenance; a weight of 0 does not matter.
    /// </param>
    /// <param name="persists"><c>option persist</c>: a server that is down gets it all the same.</param>
    /// <param name="isForced"><c>force-persist</c> holds: likewise.</param>
    public static bool Reaches(bool takesPersistentWork, bool persists, bool isForced)
        => takesPersistentWork || isForced || persists;

    /// <summary>The date behind a bar; what follows it does not matter. 0: there is none.</summary>
    private static long DateAfter(ReadOnlySpan<byte> text)
        => text.Length > CookieDate.Length ? CookieDate.Read(text.Slice(1, CookieDate.Length)) ?? 0 : 0;

    private static bool IsOver(TimeSpan? limit, long date, long now)
    {
        const long Day = 86_400;
        return limit is { } longest && date != 0 && (now - date > (long)longest.TotalSeconds || date - now > Day);
    }
}
