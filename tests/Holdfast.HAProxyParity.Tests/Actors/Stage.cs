using System.Collections.Concurrent;
using System.Net;

namespace Holdfast.HAProxyParity.Tests.Actors;

/// <summary>What the actors of a scenario share.</summary>
/// <param name="Places">Where a placeholder listens: <c>front</c>, <c>s1</c>, <c>u1</c> (a Unix socket).</param>
/// <param name="Cancel">The end of everybody's patience.</param>
internal sealed record Stage(IReadOnlyDictionary<string, EndPoint> Places, CancellationToken Cancel)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _signals = new(StringComparer.Ordinal);

    public void Signal(string name) => Source(name).TrySetResult();

    public Task WaitAsync(string name) => Source(name).Task.WaitAsync(Cancel);

    private TaskCompletionSource Source(string name)
        => _signals.GetOrAdd(name, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
