using Holdfast.Config.Keepalived.Model;

namespace Holdfast.Runtime.Supervision;

/// <summary>A configuration that has been found good.</summary>
/// <param name="Model">The typed configuration.</param>
/// <param name="Snapshot">What a child parses again to get the same model: the text of all files and so on.</param>
public sealed record LoadedConfiguration(KeepalivedModel Model, ReadOnlyMemory<byte> Snapshot);

/// <summary>Reads and validates the configuration files.</summary>
public interface IConfigurationLoader
{
    /// <summary>Reads all files anew and logs what is found.</summary>
    /// <returns>Null when there are errors; the configuration before stays in use then.</returns>
    LoadedConfiguration? Load();
}
