using System.Collections.Immutable;
using Holdfast.Proxy.HAProxy;

namespace Holdfast.Runtime.Proxy;

/// <summary>A haproxy.cfg that has been found good, and that the engine carries out.</summary>
/// <param name="Translation">What it means to the engine.</param>
/// <param name="Snapshot">What the proxy process parses again.</param>
public sealed record ProxyConfiguration(ProxyTranslation Translation, ReadOnlyMemory<byte> Snapshot)
    : ServedConfiguration(Snapshot)
{
    /// <inheritdoc/>
    public override ImmutableArray<ServedListener> Listeners =>
    [
        .. Translation.Options.Frontends.Select(static one => new ServedListener($"frontend {one.Name}",
            one.Bind.ToString(), one.Bind, one.Socket with { Backlog = one.Backlog }, IsShared: true)),
    ];

    /// <inheritdoc/>
    public override string? PidFile => Translation.Process.PidFile;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> SnapshotWith(string state)
        => state.Length == 0 ? Snapshot
            : (ProxySnapshot.FromBytes(Snapshot.ToArray()) with { State = state }).ToBytes();
}
