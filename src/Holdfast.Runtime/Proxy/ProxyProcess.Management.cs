using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.HAProxy;
using Holdfast.Management;
using Holdfast.Management.StateFile;
using Holdfast.Primitives;
using Holdfast.Proxy.HAProxy;
using Holdfast.Runtime.Proxy.Management;

namespace Holdfast.Runtime.Proxy;

// The runtime API: its sockets are opened while the process is root, and served once the engine runs.
public sealed partial class ProxyProcess
{
    private StatsServer? _stats;
    private ServiceServer? _services;
    private ManagedProcess? _managed;
    private string _versionDate = "";

    private MonotonicTime ManagementDeadline => MonotonicTime.Min(
        _stats?.Deadline ?? MonotonicTime.Never, _services?.Deadline ?? MonotonicTime.Never);

    /// <summary>Opens the stats sockets.</summary>
    /// <returns>What does not work; null when all does.</returns>
    private string? OpenManagement(ProxyTranslation translation)
    {
        // The program's own file may not be found any more when the root has changed.
        _versionDate = File.GetLastWriteTimeUtc(Environment.ProcessPath ?? "/proc/self/exe")
            .ToString("yyyy/MM/dd", CultureInfo.InvariantCulture);
        foreach (StatsSocketOptions socket in translation.Process.StatsSockets)
        {
            if (socket.Bind.Path is { } path && Path.GetDirectoryName(path) is { Length: > 0 } directory)
            {
                try
                {
                    Directory.CreateDirectory(directory); // of what the distribution's unit makes for haproxy
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    return $"stats socket {path}: {e.Message}";
                }
            }
        }
        _stats = StatsServer.Open(Loop, translation, out string? problem);
        return problem;
    }

    private void ServeManagement(ProxyTranslation translation, string left)
    {
        var identity = new ProcessIdentity(
            HAProxyParseOptions.DefaultVersion + "-holdfast", _versionDate, Environment.ProcessId,
            translation.Model.Global.Node ?? Environment.MachineName, TimeProvider.System);
        _managed = new ManagedProcess(translation.Model, _engine!, translation.Patterns, identity)
        {
            Tables = [.. _engine!.State.Tables.Select(static one => new ManagedTable(one.Name, one.Table))],
            Variables = translation.Variables,
            Facts = ProxyIdentity.FactsOf(1, static (_, _) => null) with { TlsFiles = new DiskTlsFiles() },
            DescriptorsMax = (long)translation.Process.DescriptorsMax,
        };
        if (left.Length > 0 && TableStates.Recall(_managed.Tables, left) is > 0 and int entries)
        {
            Log.Info($"{entries} entries of stick tables are taken over");
        }
        _services!.Serve(_managed);
        ImmutableArray<Holdfast.Proxy.Options.FrontendOptions> frontends = translation.Options.Frontends;
        _stats!.Serve(ManagementCommands.For(_managed), [.. _engine.Listeners.Select(
            (fd, index) => (fd, frontends[index].Socket.Interface ?? ""))]);
    }
}
