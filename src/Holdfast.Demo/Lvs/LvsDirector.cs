using Holdfast.Lab;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Demo.Lvs;

/// <summary>A director: a node with a keepalived, and services in its kernel.</summary>
internal sealed class LvsDirector(LabNode node, string address, string program, LvsReport report)
    : IDisposable
{
    // What operators look for in a log; the rest would fill the view.
    private static readonly string[] Telling =
    [
        "carried out by", "TCP connection to", "service [", "quorum", "Entering", "sync daemon", "eload", "rror",
        "ailed",
    ];

    private static readonly (string Words, NodeRole Role)[] Roles =
    [
        ("Entering MASTER STATE", NodeRole.Active), ("Entering BACKUP STATE", NodeRole.Backup),
        ("Entering FAULT STATE", NodeRole.Fault),
    ];

    // "Mon Nov 23 08:34:15 2026: ", of the original as of ours.
    private const int StampLength = 26;
    private readonly Lock _gate = new(); // a node belongs to one thread at a time
    private readonly Lock _addressGate = new();
    private readonly RouteNetlink _route = node.Run(RouteNetlink.Open); // so that nobody waits for a command's end
    private LabProcess? _daemon;
    private int _linesRead;
    private NodeRole _role = NodeRole.Stopped;

    internal LabNode Node => node;

    internal string Name => node.Name;

    internal NodeRole Role => _daemon is null or { HasExited: true } ? NodeRole.Stopped : _role;

    internal void Start(string config)
    {
        node.WriteFile(KeepalivedDaemon.ConfigPath, config);
        _daemon = node.Start(program, ["-n", "-l", "-D", "-f", KeepalivedDaemon.ConfigPath, "-p", "/run/lab/k.pid",
            "-r", "/run/lab/vrrp.pid", "-c", "/run/lab/checkers.pid"], Path.GetFileName(program));
        (_linesRead, _role) = (0, NodeRole.Starting);
    }

    internal void Reload(string config)
    {
        node.WriteFile(KeepalivedDaemon.ConfigPath, config);
        _daemon!.Signal(Linux.Abi.Signal.SIGHUP);
    }

    /// <summary>Runs one of the originals' commands, ours under its name. For any thread.</summary>
    internal IReadOnlyList<string> Run(string command)
    {
        string directory = Path.GetDirectoryName(Environment.ProcessPath)!;
        lock (_gate)
        {
            return [.. node.Execute("sh", "-c", $"PATH={directory}:$PATH; {command}").Lines
                .Select(static line => line.Text)];
        }
    }

    /// <summary>Kills every process of it; its kernel keeps what it has.</summary>
    internal void Kill()
    {
        lock (_gate)
        {
            node.KillProcesses();
        }
    }

    /// <summary>Reads on in the daemon's log and tells what matters.</summary>
    internal DirectorLook Look(IpAddress virtualAddress)
    {
        foreach (LabLine line in _daemon?.LinesFrom(_linesRead) ?? [])
        {
            _linesRead++;
            foreach ((string words, NodeRole role) in Roles)
            {
                _role = line.Text.Contains(words, StringComparison.Ordinal) ? role : _role;
            }
            if (Array.Exists(Telling, words => line.Text.Contains(words, StringComparison.Ordinal)))
            {
                report.Event(Name, "log: " + WithoutStamp(line.Text), line.Time);
            }
        }
        return new(Name, address, Role, HasAddress(virtualAddress));
    }

    /// <summary>Whether its kernel has an address. For any thread.</summary>
    internal bool HasAddress(IpAddress wanted)
    {
        var found = new List<AddressSpec>();
        lock (_addressGate)
        {
            return _route.DumpAddresses(found, wanted.Family).IsSuccess
                && found.Exists(entry => entry.Prefix.Address == wanted);
        }
    }

    public void Dispose() => _route.Dispose();

    private static string WithoutStamp(string line)
        => line.Length > StampLength && line.AsSpan(StampLength - 2, 2).SequenceEqual(": ")
            ? line[StampLength..] : line;
}
