namespace Holdfast.Balancing.Servers;

/// <summary>What health checks say of a server.</summary>
public enum ServerState : byte
{
    /// <summary>Down.</summary>
    Stopped,

    /// <summary>Up, and its weight and limit are growing (slow start).</summary>
    Starting,

    /// <summary>Up.</summary>
    Running,

    /// <summary>Up, but it wants no new work (NOLB): only what sticks to it.</summary>
    Stopping,
}

/// <summary>What the operator says of a server.</summary>
[Flags]
public enum AdministrativeStates : byte
{
    /// <summary>Nothing: its health decides.</summary>
    None = 0,

    /// <summary>Maintenance: no traffic at all.</summary>
    Maintenance = 1,

    /// <summary>Drain: only what sticks to it.</summary>
    Drain = 2,

    /// <summary>Its address is not known: no traffic until it is.</summary>
    Unresolved = 4,

    /// <summary>No traffic at all, for one reason or another.</summary>
    AnyMaintenance = Maintenance | Unresolved,
}
