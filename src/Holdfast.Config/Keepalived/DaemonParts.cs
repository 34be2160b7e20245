using Holdfast.Config.Keepalived.Model;

namespace Holdfast.Config.Keepalived;

/// <summary>Which parts of a file are run.</summary>
[Flags]
public enum DaemonParts : byte
{
    /// <summary>Instances, their trackers, and static addresses, routes and rules (<c>-P</c>).</summary>
    Vrrp = 1,

    /// <summary>Virtual servers (<c>-C</c>).</summary>
    Checks = 2,

    /// <summary>All of it, the default.</summary>
    All = Vrrp | Checks,
}

/// <summary>Leaves out of a model what is not run.</summary>
internal static class DaemonPartsExtensions
{
    internal static KeepalivedModel Of(this DaemonParts parts, KeepalivedModel model)
    {
        if (!parts.HasFlag(DaemonParts.Checks))
        {
            model = model with { VirtualServers = [], VirtualServerGroups = [], Ssl = null };
        }
        if (!parts.HasFlag(DaemonParts.Vrrp))
        {
            model = model with
            {
                Instances = [],
                SyncGroups = [],
                Scripts = [],
                TrackProcesses = [],
                GarpGroups = [],
                StaticAddresses = [],
                StaticRoutes = [],
                StaticRules = [],
                TrackGroups = [],
                InterfaceDelays = [],
            };
        }
        return model;
    }
}
