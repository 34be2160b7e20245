using System.Globalization;
using System.Runtime.CompilerServices;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Sockets;

namespace Holdfast.Lab.Tests;

/// <summary>This program in another role: it makes a lab, says so, and waits to be killed.</summary>
internal static class OrphanLab
{
    internal const string Variable = "HOLDFAST_ORPHAN_LAB";

    [ModuleInitializer]
    internal static void Run()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
        {
            return;
        }
        using var lab = Lab.Create();
        LabNode node = lab.AddNode("orphan");
        _ = lab.AddSegment().Attach(node, "10.0.0.1/24");
        node.Start("sh", ["-c", "sleep 600 & echo up; wait"]).WaitForLine("up", TimeSpan.FromSeconds(10));
        _ = DescriptorIo.WriteAll(1, System.Text.Encoding.ASCII.GetBytes(
            node.InitPid.ToString(CultureInfo.InvariantCulture)));
        using var never = new EventFd();
        _ = DescriptorWait.ForRead(never.Fd, TimeSpan.FromMinutes(1));
        Environment.Exit(1);
    }
}
