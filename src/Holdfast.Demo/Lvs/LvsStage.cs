using Holdfast.Demo.Traffic;
using Holdfast.Lab;
using Holdfast.Lab.Traffic;
using Holdfast.Linux.Sockets;

namespace Holdfast.Demo.Lvs;

/// <summary>The lab: two directors, two real servers that have the virtual address, and a client.</summary>
internal sealed class LvsStage(string program, PlayReport report, CancellationToken cancelled)
    : PlayStage<LvsDirector>(program, report, cancelled)
{
    private const int LongCount = 6;
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);

    private readonly string _program = program;

    internal LongConnections? Long { get; private set; }

    /// <inheritdoc/>
    protected override int WaitingCount
    {
        get
        {
            int waiting = Long?.Report().Count(static one => one.LongestWait > Slow || one.Failure is not null) ?? 0;
            Long?.ForgetWaits();
            return waiting;
        }
    }

    /// <summary>Opens connections that stay.</summary>
    internal void OpenLong()
    {
        Long = LongConnections.Start(Client, Target, LongCount);
        Require(() => Long.Report().All(static one => one.Answers > 0), "not all long connections were answered");
    }

    /// <summary>Whether a director has a server in its table, by what ipvsadm says.</summary>
    internal static bool IsInTable(LvsDirector director, string address) => director.Run("ipvsadm -Ln")
        .Any(line => line.Contains($"-> {address}:80 ", StringComparison.Ordinal));

    /// <summary>Tells what carries the services out that ipvsadm has made.</summary>
    internal void TellPlane()
    {
        LvsDirector director = Balancers[0];
        // IPVS comes with its module, which ipvsadm has asked for.
        bool hasIpvs = director.Node.Run(static () => File.Exists("/proc/net/ip_vs"));
        bool hasXdp = director.Run("ls /sys/fs/bpf/holdfast").Any(static line
            => line.StartsWith("xdp", StringComparison.Ordinal));
        string text = hasIpvs ? "carried out by the kernel's IPVS"
            : hasXdp ? "carried out by the xdp plane: this kernel has no IPVS"
            : "carried out by nobody: this kernel has no IPVS, and there is no director at XDP";
        Report.Plane(text);
        Report.Event(director.Name, "the services are " + text);
    }

    /// <summary>Tells what the daemon says of it: nothing of IPVS, and nothing when it is not ours.</summary>
    internal void TellStatus()
    {
        string? line = Balancers[0].Run("holdfast status").FirstOrDefault(static line
            => line.Contains("carried out by", StringComparison.Ordinal));
        if (line is not null)
        {
            Report.Event(Balancers[0].Name, "holdfast status: " + line.Trim());
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Long?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override LvsDirector AddBalancer(int number, string address)
    {
        LabNode node = AddNode($"director{number}", address);
        _ = node.Run(static () =>
        {
            // Where there is an IPVS: a port used again is a new connection, and it goes on with connections that it
            // has not been told of.
            _ = InterfaceInfo.TryWriteSysctl("ipv4/vs/expire_nodest_conn", 1);
            return InterfaceInfo.TryWriteSysctl("ipv4/vs/sloppy_tcp", 1);
        });
        return new LvsDirector(node, address, _program, Report);
    }

    /// <inheritdoc/>
    protected override void PrepareServer(LabNode node)
    {
        // Direct routing: it has the address, and does not say so.
        node.SetSysctl("ipv4/conf/all/arp_ignore", 1);
        node.SetSysctl("ipv4/conf/all/arp_announce", 2);
        node.Route.AddAddress(new() { Prefix = new(VirtualAddress, 32), InterfaceIndex = 1 })
            .ThrowIfFailed("add the virtual address to lo");
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> TableOf(LvsDirector active) => active.Run("ipvsadm -Ln");

    /// <summary>The weight of a server in the table.</summary>
    protected override string? StateIn(IReadOnlyList<string> table, string server)
    {
        foreach (string line in table)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["->", var address, _, var weight, ..] && address == server + ":80")
            {
                return weight;
            }
        }
        return null;
    }
}
