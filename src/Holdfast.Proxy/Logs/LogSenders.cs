using System.Collections.Immutable;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Logs;

/// <summary>All targets of a process: one sender for each, however many proxies name it.</summary>
public sealed class LogSenders : IDisposable
{
    private readonly Dictionary<LogTargetOptions, LogSender> _senders = [];

    /// <summary>Opens all targets that options name.</summary>
    public LogSenders(ProxyOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (LogTargetOptions target in options.Frontends.SelectMany(static one => one.Logs)
            .Concat(options.Backends.SelectMany(static one => one.Logs)).Distinct())
        {
            _senders[target] = new LogSender(target, time);
        }
    }

    /// <summary>Lines that targets did not take.</summary>
    public long DroppedCount => _senders.Values.Sum(static one => one.DroppedCount);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LogSender sender in _senders.Values)
        {
            sender.Dispose();
        }
    }

    internal LogSender[] Of(ImmutableArray<LogTargetOptions> targets) => [.. targets.Select(one => _senders[one])];
}
