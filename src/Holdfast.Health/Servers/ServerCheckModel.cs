namespace Holdfast.Health.Servers;

/// <summary>How a server of a proxy is checked. The names and defaults are haproxy.cfg's.</summary>
public sealed record ServerCheckModel
{
    /// <summary>Between two checks while the state is settled. Default 2 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>While the state is changing, and before the first result; null: as <see cref="Interval"/>.</summary>
    public TimeSpan? FastInterval { get; init; }

    /// <summary>While the server is wholly down; null: as <see cref="Interval"/>.</summary>
    public TimeSpan? DownInterval { get; init; }

    /// <summary>Successes in a row that bring a server back. Default 2, at least 1.</summary>
    public int Rise { get; init; } = 2;

    /// <summary>Failures in a row that take a server out. Default 3, at least 1.</summary>
    public int Fall { get; init; } = 3;
}
