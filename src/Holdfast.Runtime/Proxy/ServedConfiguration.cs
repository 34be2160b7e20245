using System.Collections.Immutable;
using Holdfast.Linux.Sockets;

namespace Holdfast.Runtime.Proxy;

/// <summary>A listener that a serving process is given.</summary>
/// <param name="Owner">Who wants it, for messages: "frontend www", "nginx".</param>
/// <param name="Name">As the file says it: "0.0.0.0:80", "unix:/run/x.sock".</param>
/// <param name="Bind">Where it listens.</param>
/// <param name="Settings">How it is opened.</param>
/// <param name="IsShared">
/// Whether other processes may listen there, too, as haproxy's may; otherwise a port that is taken is an error, and a
/// socket goes on with other settings when these change.
/// </param>
public sealed record ServedListener(
    string Owner, string Name, SocketEndpoint Bind, ListenSettings Settings, bool IsShared);

/// <summary>A configuration that was found good, for a process that serves on listeners of the supervisor.</summary>
/// <param name="Snapshot">What that process parses again.</param>
public abstract record ServedConfiguration(ReadOnlyMemory<byte> Snapshot)
{
    /// <summary>Where it listens, in the order of the descriptors that the process gets.</summary>
    public abstract ImmutableArray<ServedListener> Listeners { get; }

    /// <summary>The pid file that it names; null: none.</summary>
    public virtual string? PidFile => null;

    /// <summary>The snapshot with what the process before knows. Default: without, there is nothing to know.</summary>
    public virtual ReadOnlyMemory<byte> SnapshotWith(string state) => Snapshot;

    /// <summary>Of the variables of an environment, NAME=VALUE, those that the process gets. Default: all.</summary>
    public virtual IReadOnlyList<string> EnvironmentOf(IReadOnlyList<string> all) => all;
}
