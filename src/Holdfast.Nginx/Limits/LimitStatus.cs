namespace Holdfast.Nginx.Limits;

/// <summary>What a limit has made of a request: <c>$limit_req_status</c> and <c>$limit_conn_status</c>.</summary>
public enum LimitStatus : byte
{
    /// <summary>Nothing: no limit was asked. The variable is not there.</summary>
    None,

    /// <summary>It goes on.</summary>
    Passed,

    /// <summary>It goes on later.</summary>
    Delayed,

    /// <summary>It is refused.</summary>
    Rejected,

    /// <summary>It would go on later, if the limit were not only tried.</summary>
    DelayedDryRun,

    /// <summary>It would be refused, if the limit were not only tried.</summary>
    RejectedDryRun,
}

/// <summary>The texts of <see cref="LimitStatus"/>.</summary>
public static class LimitStatuses
{
    /// <summary>The value of the variable; empty for <see cref="LimitStatus.None"/>.</summary>
    public static ReadOnlySpan<byte> TextOf(LimitStatus status) => status switch
    {
        LimitStatus.Passed => "PASSED"u8,
        LimitStatus.Delayed => "DELAYED"u8,
        LimitStatus.Rejected => "REJECTED"u8,
        LimitStatus.DelayedDryRun => "DELAYED_DRY_RUN"u8,
        LimitStatus.RejectedDryRun => "REJECTED_DRY_RUN"u8,
        _ => default,
    };
}
