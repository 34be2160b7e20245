using Holdfast.Config.Keepalived.Model;
using Holdfast.Runtime.Scripts;

namespace Holdfast.Runtime.Checks;

/// <summary>What a <see cref="CheckEngine"/> needs from its process.</summary>
public sealed record CheckEngineOptions
{
    /// <summary>Seed of the warm-up times. Default 1; a daemon takes one that differs between nodes.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Starts the scripts of MISC_CHECK; null: such checks fail as not configured.</summary>
    public ScriptRunner? Scripts { get; init; }

    /// <summary>Finds program and user of a script; null when it cannot or must not be run.</summary>
    public Func<ScriptCommand, PreparedCommand?> Prepare { get; init; } = static _ => null;
}
