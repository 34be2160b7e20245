using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Text;
using Holdfast.Runtime.Proxy;
using Holdfast.Web.Running;

namespace Holdfast.Runtime.Web;

/// <summary>An nginx.conf that has been found good, and that the engine carries out.</summary>
/// <param name="Configuration">What it means to the engine.</param>
/// <param name="Snapshot">What the web server parses again.</param>
public sealed record WebServing(WebConfiguration Configuration, ReadOnlyMemory<byte> Snapshot)
    : ServedConfiguration(Snapshot)
{
    /// <summary>Where the pid of the master goes when the file does not say.</summary>
    public const string DefaultPidFile = "/run/nginx.pid";

    // What the runtime needs to be found is nobody's secret.
    private static readonly string[] s_kept = ["TZ", "DOTNET_ROOT"];

    /// <summary>Whole paths of all logs that the file names, without those that variables are part of.</summary>
    public required ImmutableArray<string> LogPaths { get; init; }

    /// <inheritdoc/>
    public override ImmutableArray<ServedListener> Listeners =>
    [
        .. Configuration.Listeners.Select(
            static one => new ServedListener("nginx", one.Name, one.Bind, one.Settings, IsShared: false)),
    ];

    /// <inheritdoc/>
    public override string PidFile
        => PathText.Join(Configuration.Prefix, Configuration.Model.Main.PidFile ?? DefaultPidFile);

    /// <summary>The time zone, and what lines of <c>env</c> name.</summary>
    public override IReadOnlyList<string> EnvironmentOf(IReadOnlyList<string> all)
    {
        MainSettings main = Configuration.Model.Main;
        return
        [
            .. main.Environment.Where(static one => one.Contains('=', StringComparison.Ordinal)),
            .. all.Where(one => NameOf(one) is var name && (s_kept.Contains(name) || main.Environment.Contains(name))
                && !main.Environment.Any(set => set.StartsWith(name + "=", StringComparison.Ordinal))),
        ];
    }

    private static string NameOf(string variable) => variable.Split('=', 2)[0];
}
