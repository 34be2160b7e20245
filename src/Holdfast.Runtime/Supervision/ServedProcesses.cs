using System.Text.Json;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Supervision;

/// <summary>All processes that serve on listeners of ours: one for each dialect that is configured.</summary>
internal sealed class ServedProcesses(ProxyChild haproxy, ProxyChild nginx) : ITimed, IDisposable
{
    private readonly ProxyChild[] _all = [haproxy, nginx];

    /// <summary>That of a haproxy.cfg.</summary>
    internal ProxyChild HAProxy => haproxy;

    /// <summary>That of an nginx.conf.</summary>
    internal ProxyChild Nginx => nginx;

    /// <summary>Whether none runs, and none will be started.</summary>
    internal bool AreGone => Array.TrueForAll(_all, static one => one.IsGone);

    /// <summary>Whether any is configured.</summary>
    internal bool AreConfigured => Array.Exists(_all, static one => one.IsConfigured);

    /// <summary>Whether all that are configured serve.</summary>
    internal bool AreReady => !Array.Exists(_all, static one => one.IsAwaited);

    /// <summary>Whether sockets in the file system stay when ours are closed: another program has them.</summary>
    internal bool KeepsFiles
    {
        set => Array.ForEach(_all, one => one.KeepsFiles = value);
    }

    /// <inheritdoc/>
    public MonotonicTime Deadline => MonotonicTime.Min(haproxy.Deadline, nginx.Deadline);

    /// <summary>Starts what is configured.</summary>
    /// <returns>Whether each of them could be started.</returns>
    internal bool Start(LoadedConfiguration configuration, uint generation)
    {
        bool isGood = haproxy.Start(configuration.Proxy, generation);
        return nginx.Start(configuration.Web, generation) && isGood;
    }

    /// <summary>Goes on with another configuration.</summary>
    internal void Reload(LoadedConfiguration configuration, uint generation)
    {
        haproxy.Reload(configuration.Proxy, generation);
        nginx.Reload(configuration.Web, generation);
    }

    /// <summary>Ends all at once.</summary>
    internal void Stop() => Array.ForEach(_all, static one => one.Stop());

    /// <summary>Lets go of all for another program.</summary>
    internal void Leave() => Array.ForEach(_all, static one => one.Leave());

    /// <summary>Ends all without asking.</summary>
    internal void Kill() => Array.ForEach(_all, static one => one.Kill());

    /// <summary>Writes what <c>status</c> tells of them.</summary>
    internal void Write(Utf8JsonWriter writer) => Array.ForEach(_all, one => one.Write(writer));

    /// <inheritdoc/>
    public void OnTime(MonotonicTime now) => Array.ForEach(_all, one => one.OnTime(now));

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_all, static one => one.Dispose());
}
