using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;
using Holdfast.Runtime.Proxy;
using Holdfast.Runtime.Web;

namespace Holdfast.Runtime.Supervision;

/// <summary>A configuration that has been found good.</summary>
/// <param name="Model">The typed configuration.</param>
/// <param name="Snapshot">What a child parses again to get the same model: the text of all files and so on.</param>
public sealed record LoadedConfiguration(KeepalivedModel Model, ReadOnlyMemory<byte> Snapshot)
{
    /// <summary>What the proxy process runs; null: there is none.</summary>
    public ProxyConfiguration? Proxy { get; init; }

    /// <summary>What the web server runs; null: there is none.</summary>
    public WebServing? Web { get; init; }
}

/// <summary>What was found wrong when files were read, for one who asked for it.</summary>
public sealed record LoadFindings
{
    /// <summary>All findings.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>The texts that were read, by the path that spans name; passwords are masked.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>All files as the parser sees them, passwords included, for <c>config_save_dir</c>.</summary>
    public string Expanded { get; init; } = "";
}

/// <summary>Reads and validates the configuration files.</summary>
public interface IConfigurationLoader
{
    /// <summary>Reads all files anew and logs what is found.</summary>
    /// <param name="findings">What is found.</param>
    /// <returns>Null when there are errors; the configuration before stays in use then.</returns>
    LoadedConfiguration? Load(out LoadFindings findings);

    /// <summary>Adds what serves, read anew, for one who goes on with a running VRRP process.</summary>
    /// <param name="configuration">What that process runs.</param>
    /// <returns>Without those whose files have errors, which are logged.</returns>
    LoadedConfiguration LoadServed(LoadedConfiguration configuration) => configuration;
}
