using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Syntax;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>The settings that pass from a service to its servers and from a server to its checkers.</summary>
/// <remarks>Null means that no outer block sets it, so that the default of the checker holds.</remarks>
internal sealed record CheckDefaults
{
    private static readonly TimeSpan s_delayLoop = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(5);

    public int? Retries { get; private init; }

    public TimeSpan? DelayBeforeRetry { get; private init; }

    public TimeSpan? Warmup { get; private init; }

    public TimeSpan? ConnectTimeout { get; private init; }

    public TimeSpan? DelayLoop { get; private init; }

    public string? VirtualHost { get; private init; }

    public bool Alpha { get; private init; }

    public bool LogAllFailures { get; init; }

    /// <summary>The same with what a block sets itself.</summary>
    public CheckDefaults With(ConfigNode block) => this with
    {
        Retries = block.Last("retry") is { } retry ? (int)Math.Min(retry.Number, int.MaxValue) : Retries,
        DelayBeforeRetry = block.Last("delay_before_retry")?.Time ?? DelayBeforeRetry,
        Warmup = block.Last("warmup")?.Time ?? Warmup,
        ConnectTimeout = block.Last("connect_timeout")?.Time ?? ConnectTimeout,
        DelayLoop = block.Last("delay_loop")?.Time ?? DelayLoop,
        VirtualHost = block.Last("virtualhost")?.Text ?? VirtualHost,
        Alpha = block.Last("alpha")?.IsOn ?? Alpha,
        LogAllFailures = block.Last("log_all_failures")?.IsOn ?? LogAllFailures,
    };

    /// <summary>The time limit of a connection.</summary>
    public TimeSpan Timeout => ConnectTimeout ?? s_connectTimeout;

    /// <summary>The timing of a checker whose own defaults are given.</summary>
    /// <param name="retries">Its default of <c>retry</c>.</param>
    /// <param name="delayBeforeRetry">Its default of <c>delay_before_retry</c>; null: the delay loop.</param>
    public CheckTimingModel Timing(int retries, TimeSpan? delayBeforeRetry)
    {
        TimeSpan loop = DelayLoop ?? s_delayLoop;
        return new CheckTimingModel(loop, Retries ?? retries, DelayBeforeRetry ?? delayBeforeRetry ?? loop,
            Warmup ?? loop, Alpha, LogAllFailures);
    }
}
