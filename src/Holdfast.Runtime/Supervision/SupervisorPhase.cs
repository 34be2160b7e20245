namespace Holdfast.Runtime.Supervision;

/// <summary>Where a supervisor stands in its life.</summary>
public enum SupervisorPhase : byte
{
    /// <summary>The startup script runs, or virtual servers are put in.</summary>
    Starting,

    /// <summary>The VRRP process runs, or will be started again.</summary>
    Running,

    /// <summary>The VRRP process crashed too often and is not started any more, until a reload.</summary>
    Failed,

    /// <summary>The VRRP process was told to stop.</summary>
    Stopping,

    /// <summary>The VRRP process has ended; the shutdown script and the last notify scripts run.</summary>
    Finishing,

    /// <summary>Nothing is left to do.</summary>
    Ended,
}

/// <summary>Exit codes of a daemon, those of the original.</summary>
public static class DaemonExitCode
{
    /// <summary>It did what it was told.</summary>
    public const int Ok = 0;

    /// <summary>It cannot work: pid file taken, no permission for a socket and so on.</summary>
    public const int Fatal = 1;

    /// <summary>The configuration is wrong.</summary>
    public const int Configuration = 2;
}
