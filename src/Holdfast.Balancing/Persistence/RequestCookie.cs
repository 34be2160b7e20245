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
    /// <param name="value">The cookie's value, without blanks and quotes around it.</param>
    /// <param name="nowUnixSeconds">Now. A date in the future, by more than a day, counts as expired: it is forged, or
    /// of a host whose clock is wrong.</param>
    /// <remarks>
    /// <c>server~application</c> with a prefix; <c>server|last|first</c> with dates. Dates without <c>maxidle</c> and
    /// <c>maxlife</c> do not count, and a value without dates where they are wanted is expired.
    /// </remarks>
    public static RequestCookie Parse(CookieSettings settings, ReadOnlySpan<byte> value, long nowUnixSeconds)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Mode == CookieMode.Prefix)
        {
            int tilde = value.IndexOf((byte)'~');
            return tilde < 0
                ? new() { Application = value, State = RequestCookieState.None }
                : new()
                {
                    Server = value[..tilde],
                    Application = value[(tilde + 1)..],
                    HasPrefix = true,
                    State = RequestCookieState.Valid,
                };
        }
        int bar = value.IndexOf((byte)'|');
        ReadOnlySpan<byte> server = bar < 0 ? value : value[..bar];
        long last = 0;
        long first = 0;
        if (bar >= 0)
        {
            ReadOnlySpan<byte> dates = value[(bar + 1)..];
            int second = dates.IndexOf((byte)'|');
            last = CookieDate.Read(second < 0 ? dates : dates[..second]) ?? 0;
            ReadOnlySpan<byte> rest = second < 0 ? [] : dates[(second + 1)..];
            first = CookieDate.Read(rest.Length > CookieDate.Length ? rest[..CookieDate.Length] : rest) ?? 0;
        }
        return new()
        {
            Server = server,
            LastSeen = last,
            FirstSeen = first,
            State = Judge(settings, last, first, nowUnixSeconds),
        };
    }

    /// <summary>Whether a server that a valid cookie names gets the request.</summary>
    /// <param name="takesPersistentWork">Whether it is up, and not in maintenance; a weight of 0 does not matter.</param>
    /// <param name="isInMaintenance">Whether it is in maintenance.</param>
    /// <param name="persists"><c>option persist</c>: a server that is down gets it all the same.</param>
    /// <param name="isForced"><c>force-persist</c>: even one in maintenance does.</param>
    public static bool Reaches(bool takesPersistentWork, bool isInMaintenance, bool persists, bool isForced)
        => takesPersistentWork || isForced || (persists && !isInMaintenance);

    private static RequestCookieState Judge(CookieSettings settings, long last, long first, long now)
    {
        const long Day = 86_400;
        if (settings.MaxIdle is { } idle
            && (last == 0 || last - now > Day || now - last > (long)idle.TotalSeconds + CookieDate.Unit))
        {
            return RequestCookieState.Expired;
        }
        return settings.MaxLife is { } life
            && (first == 0 || first - now > Day || now - first > (long)life.TotalSeconds + CookieDate.Unit)
            ? RequestCookieState.Old : RequestCookieState.Valid;
    }
}
