using System.Globalization;
using Holdfast.Lab;

namespace Holdfast.Layer4Bench;

/// <summary>Addresses of the labs in which contenders are measured, and what both need.</summary>
internal static class PeerLayout
{
    internal const string VirtualAddress = "10.0.0.100";
    internal const int Port = 80;
    internal const int Servers = 2;
    internal const string Client = "10.0.0.1";
    internal const string Director = "10.0.0.2";

    internal static string ServerOf(int number) => string.Create(CultureInfo.InvariantCulture, $"10.0.0.{10 + number}");

    /// <summary>Sets up the node that contenders run in.</summary>
    internal static void Prepare(LabNode director)
    {
        director.SetSysctl("ipv4/ip_forward", 1);
        director.SetSysctl("ipv4/conf/all/send_redirects", 0);
        director.SetSysctl("ipv4/conf/eth0/send_redirects", 0);
        Run(director, "sh", "-c", "echo 1024 65535 >/proc/sys/net/ipv4/ip_local_port_range");
        // A veth takes what comes by XDP only when it has NAPI, as every network card has.
        Run(director, "ethtool", "-K", "eth0", "gro", "on");
    }

    internal static void Run(LabNode node, string program, params string[] arguments)
    {
        LabProcess process = node.Execute(program, arguments);
        if (!process.Exit!.Value.IsSuccess)
        {
            throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} of {node.Name}: {process.Output}");
        }
    }
}
