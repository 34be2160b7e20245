using System.Globalization;
using Holdfast.Lab;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;

namespace Holdfast.Bench;

/// <summary>A figure that is no blackout.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Original">The original's.</param>
/// <param name="Ours">Holdfast's; null when it was not measured.</param>
internal sealed record ResourceRow(string Title, string Original, string? Ours)
{
    private const int CheckRuns = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Memory with the seed's file, and the cost of a check of it.</summary>
    internal static IReadOnlyList<ResourceRow> Measure(BenchOptions options, string seedFile)
    {
        string config = File.ReadAllText(seedFile);
        string? link = options.HasHoldfast
            ? Path.Combine(Path.GetDirectoryName(options.Holdfast)!, "keepalived") : null;
        return
        [
            new("memory of all processes with the seed's file, as Active (sum of PSS)",
                Memory(options.Keepalived, config), link is null ? null : Memory(link, config)),
            new($"check of the seed's file, wall / CPU, mean of {CheckRuns}",
                Check([options.Keepalived, "-t", "-f"], config),
                link is null ? null : Check([options.Holdfast, "check"], config)),
        ];
    }

    private static Holdfast.Lab.Lab OneNode(string program, out LabNode node)
    {
        var lab = Holdfast.Lab.Lab.Create(new LabOptions { SharedDirectories = [Path.GetDirectoryName(program)!] });
        node = lab.AddNode("node");
        _ = lab.AddSegment().Attach(node, "192.168.1.11/24");
        return lab;
    }

    private static string Memory(string program, string config)
    {
        using Holdfast.Lab.Lab lab = OneNode(program, out LabNode node);
        using var tap = AdvertTap.Open(lab.Segments[0]);
        _ = node.StartKeepalived(program, config);
        tap.WaitForAnnouncements(node, 1, Patience);
        using var never = new EventFd();
        _ = DescriptorWait.ForRead(never.Fd, TimeSpan.FromSeconds(3)); // start-up memory is given back by then
        // Process 1 is the lab's own; the shell that adds is gone when awk has read the last file.
        string sum = node.Execute("sh", "-c",
            "for p in $(ps -eo pid= | grep -v '^ *1$'); do [ $p = $$ ] || cat /proc/$p/smaps_rollup 2>/dev/null; done"
            + " | awk '/^[0-9a-f]+-/ {n++} /^Pss:/ {s+=$2} END {print s, n}'").Output;
        string[] parts = sum.Split(' ');
        return string.Create(CultureInfo.InvariantCulture,
            $"{double.Parse(parts[0], CultureInfo.InvariantCulture) / 1024:F1} MB");
    }

    private static string Check(string[] command, string config)
    {
        using Holdfast.Lab.Lab lab = OneNode(command[0], out LabNode node);
        node.WriteFile(KeepalivedDaemon.ConfigPath, config);
        string run = string.Join(' ', [.. command, KeepalivedDaemon.ConfigPath]);
        string output = node.Execute("bash", "-c", $"{run} >/dev/null 2>&1; TIMEFORMAT='%3R %3U %3S'; "
            + $"time for i in $(seq {CheckRuns}); do {run} >/dev/null 2>&1; done").Output;
        double[] seconds =
            [.. output.Split(' ').Select(static part => double.Parse(part, CultureInfo.InvariantCulture))];
        return string.Create(CultureInfo.InvariantCulture,
            $"{seconds[0] * 1000 / CheckRuns:F1} / {(seconds[1] + seconds[2]) * 1000 / CheckRuns:F1} ms");
    }
}
