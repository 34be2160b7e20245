using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Patterns;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Samples;

/// <summary>What a configuration is compiled with. One object serves one configuration.</summary>
/// <param name="model">The configuration.</param>
/// <param name="regex">Compiles regular expressions.</param>
public sealed class CompileEnvironment(HAProxyModel model, IRegexFactory regex)
{
    /// <summary>The configuration.</summary>
    public HAProxyModel Model { get; } = model;

    /// <summary>Compiles regular expressions.</summary>
    public IRegexFactory Regex { get; } = regex;

    /// <summary>All variables that the configuration names.</summary>
    public VariableTable Variables { get; init; } = new();

    /// <summary>Maps and pattern files by their names: what the runtime API shows and changes.</summary>
    public PatternRegistry Patterns { get; } = new();

    /// <summary>The environment of the process: <c>env()</c>. Default: empty.</summary>
    public Func<string, string?> ReadEnvironment { get; init; } = static _ => null;

    /// <summary>
    /// Reads files that replies name (errorfile, file), as bytes; null: there is none. Default: none.
    /// </summary>
    public Func<string, byte[]?> ReadFile { get; init; } = static _ => null;

    /// <summary>Checks hashed passwords; null: users with a hash are refused.</summary>
    public PasswordCheck? Crypt { get; init; }

    /// <summary>Name of this host: <c>hostname</c>. Default: empty.</summary>
    public string HostName { get; init; } = "";

    /// <summary>The proxy whose lines are compiled: what arguments that are left out mean.</summary>
    public string CurrentProxy { get; set; } = "";

    /// <summary>The capture slot that the next capture with a length of its own gets; set per frontend.</summary>
    public int NextCapture { get; set; }

    /// <summary>
    /// Whether something compiled asks for our own end of connections to servers, which the kernel must be asked for.
    /// </summary>
    public bool NamesOwnEnd { get; set; }

    /// <summary><c>unique-id-format</c> of the frontend whose lines are compiled; null: none.</summary>
    public CompiledLogFormat? UniqueId { get; set; }
}
