using System.Globalization;

namespace Holdfast.Lab;

/// <summary>The keepalived of a node: the original, or Holdfast under that name. Both take the same command line.
/// </summary>
public static class KeepalivedDaemon
{
    /// <summary>Where the configuration stands in a node.</summary>
    public const string ConfigPath = "/run/lab/keepalived.conf";

    /// <summary>Starts it in the foreground with its log on standard output.</summary>
    /// <param name="node">The node.</param>
    /// <param name="program">Path of the program, whose last part is its argv[0].</param>
    /// <param name="config">Text of keepalived.conf.</param>
    /// <param name="number">Tells several daemons of one node apart; they get files of their own.</param>
    /// <param name="detailed">Whether it logs every announcement (-D), which costs much with many addresses.</param>
    /// <param name="environment">NAME=VALUE; PATH and LC_ALL=C are there.</param>
    /// <param name="option">A further argument; null: none.</param>
    public static LabProcess StartKeepalived(
        this LabNode node, string program, string config, int number = 0, bool detailed = true,
        IReadOnlyList<string>? environment = null, string? option = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        string suffix = number == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $".{number}");
        node.WriteFile(ConfigPath + suffix, config);
        return node.Start(program, ["-n", "-l", .. detailed ? (string[])["-D"] : [],
            .. option is null ? (string[])[] : [option], "-P", "-f", ConfigPath + suffix,
            "-p", $"/run/lab/keepalived.pid{suffix}", "-r", $"/run/lab/vrrp.pid{suffix}"],
            Path.GetFileName(program), environment);
    }
}
