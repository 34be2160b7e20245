using Holdfast.Lab;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Demo.Traffic;

/// <summary>A node with a daemon that gives the requests of clients to servers.</summary>
/// <param name="node">The node.</param>
/// <param name="address">Its own address.</param>
/// <param name="telling">Words of the log lines that are shown: the rest would fill the view.</param>
/// <param name="report">Is told of them.</param>
internal abstract class Balancer(LabNode node, string address, IReadOnlyList<string> telling, PlayReport report)
    : IDisposable
{
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

    /// <summary>Its daemon; null before the first start.</summary>
    protected LabProcess? Daemon => _daemon;

    /// <summary>Follows the log of a daemon that has just been started.</summary>
    protected void Follow(LabProcess daemon)
    {
        _daemon = daemon;
        (_linesRead, _role) = (0, NodeRole.Starting);
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
    internal BalancerLook Look(IpAddress virtualAddress)
    {
        foreach (LabLine line in _daemon?.LinesFrom(_linesRead) ?? [])
        {
            _linesRead++;
            foreach ((string words, NodeRole role) in Roles)
            {
                _role = line.Text.Contains(words, StringComparison.Ordinal) ? role : _role;
            }
            if (telling.Any(words => line.Text.Contains(words, StringComparison.Ordinal)))
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
