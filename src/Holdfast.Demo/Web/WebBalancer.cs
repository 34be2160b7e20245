using Holdfast.Demo.Traffic;
using Holdfast.Lab;

namespace Holdfast.Demo.Web;

/// <summary>A node with one daemon that does the work of keepalived and of haproxy.</summary>
internal sealed class WebBalancer(LabNode node, string address, string program, PlayReport report)
    : Balancer(node, address, s_telling, report)
{
    private const string KeepalivedPath = "/run/lab/keepalived.conf";
    private const string HAProxyPath = "/run/lab/haproxy.cfg";

    private static readonly string[] s_telling =
        [" is UP", " is DOWN", "Entering", "has no server", "eload", "rror", "ailed", "proxy process"];

    internal void Start(string keepalived, string haproxy)
    {
        Node.WriteFile(KeepalivedPath, keepalived);
        Node.WriteFile(HAProxyPath, haproxy);
        Follow(Node.Start(program, ["run", "--log-format", "keepalived", KeepalivedPath, HAProxyPath], "holdfast"));
    }

    /// <summary>Goes over to another haproxy.cfg.</summary>
    internal void Reload(string haproxy)
    {
        Node.WriteFile(HAProxyPath, haproxy);
        Daemon!.Signal(Linux.Abi.Signal.SIGHUP);
    }
}
