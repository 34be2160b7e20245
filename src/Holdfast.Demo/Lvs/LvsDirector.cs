using Holdfast.Demo.Traffic;
using Holdfast.Lab;

namespace Holdfast.Demo.Lvs;

/// <summary>A director: a node with a keepalived, and services in its kernel.</summary>
internal sealed class LvsDirector(LabNode node, string address, string program, PlayReport report)
    : Balancer(node, address, s_telling, report)
{
    private static readonly string[] s_telling =
    [
        "carried out by", "TCP connection to", "service [", "quorum", "Entering", "sync daemon", "eload", "rror",
        "ailed",
    ];

    internal void Start(string config)
    {
        Node.WriteFile(KeepalivedDaemon.ConfigPath, config);
        Follow(Node.Start(program, ["-n", "-l", "-D", "-f", KeepalivedDaemon.ConfigPath, "-p", "/run/lab/k.pid",
            "-r", "/run/lab/vrrp.pid", "-c", "/run/lab/checkers.pid"], Path.GetFileName(program)));
    }

    internal void Reload(string config)
    {
        Node.WriteFile(KeepalivedDaemon.ConfigPath, config);
        Daemon!.Signal(Linux.Abi.Signal.SIGHUP);
    }
}
