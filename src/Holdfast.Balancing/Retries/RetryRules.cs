namespace Holdfast.Balancing.Retries;

/// <summary>Whether a failed attempt is repeated, where, and after what wait.</summary>
public static class RetryRules
{
    private static readonly TimeSpan TurnaroundMax = TimeSpan.FromSeconds(1);

    /// <summary>Decides.</summary>
    /// <remarks>
    /// <para>Another server is tried, with <c>option redispatch</c>, on the retries that its interval names; and at
    /// once, if the server is no longer running, or if nobody cares which server it is: nothing sticks, nothing
    /// is hashed, and there is another one.</para>
    /// <para>The wait keeps a server that refuses from being hit by retries in microseconds. It is a second, or
    /// <c>timeout connect</c> if that is shorter, and is left out where it helps nobody: for another server, after a
    /// failure of the kernel itself, and when only an old connection had been closed meanwhile.</para>
    /// </remarks>
    public static RetryDecision Decide(RetrySettings settings, in RetrySituation situation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        bool mayRetry = (settings.RetryOn & situation.Cause) != 0 && !situation.IsNameMismatch
            && situation.FailedBefore < settings.Retries
            && (situation.IsReplayable || situation.Cause == RetryCauses.ConnectionFailure);
        if (!mayRetry)
        {
            return default;
        }
        bool moves = settings.Redispatches && !situation.IsForced
            && (!situation.IsServerRunning || IsTurnToMove(settings, situation.FailedBefore + 1)
                || (!situation.IsPersistent && !situation.IsHashed && situation.ActiveServers > 1));
        bool waits = situation.Cause == RetryCauses.ConnectionFailure && !situation.IsSynchronous
            && !situation.WasReused && (!moves || situation.ActiveServers <= 1);
        return new(moves ? RetryAction.Redispatch : RetryAction.SameServer, waits ? Turnaround(settings) : default);
    }

    /// <summary>The cause that a response status stands for; none: it is no reason to retry.</summary>
    public static RetryCauses CauseOf(int status) => status switch
    {
        401 => RetryCauses.Status401,
        403 => RetryCauses.Status403,
        404 => RetryCauses.Status404,
        408 => RetryCauses.Status408,
        421 => RetryCauses.Status421,
        425 => RetryCauses.Status425,
        429 => RetryCauses.Status429,
        500 => RetryCauses.Status500,
        501 => RetryCauses.Status501,
        502 => RetryCauses.Status502,
        503 => RetryCauses.Status503,
        504 => RetryCauses.Status504,
        _ => RetryCauses.None,
    };

    /// <param name="settings">The interval.</param>
    /// <param name="retry">Which retry this is, from 1.</param>
    private static bool IsTurnToMove(RetrySettings settings, int retry)
    {
        int interval = settings.RedispatchInterval;
        int every = interval > 0 ? interval : settings.Retries + 1 + interval;
        return interval != 0 && (every == 0 || retry % every == 0);
    }

    private static TimeSpan Turnaround(RetrySettings settings)
        => settings.ConnectTimeout is { } timeout && timeout < TurnaroundMax ? timeout : TurnaroundMax;
}
