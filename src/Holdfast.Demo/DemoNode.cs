using Holdfast.Lab;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Demo;

/// <summary>One of the two nodes, with its daemon.</summary>
internal sealed class DemoNode : IDisposable
{
    private readonly DemoState _state;
    private readonly RouteNetlink _route; // the view's own: the scenes use the node's
    private volatile LabProcess? _daemon;
    private LabProcess? _read;
    private int _linesRead;
    private NodeRole _role = NodeRole.Stopped;
    private bool _exitReported;

    internal DemoNode(LabNode node, DemoState state)
    {
        Node = node;
        _state = state;
        _route = node.Run(RouteNetlink.Open);
    }

    internal LabNode Node { get; }

    /// <summary>Name of the configuration that it runs.</summary>
    internal string Config { get; private set; } = "";

    internal bool IsUp => Node.IsRunning && _daemon is { HasExited: false };

    internal void Start(string program, string configName, string configText)
    {
        Config = configName;
        _state.Log(Node.Name, $"starts with {configName}");
        _daemon = Node.StartKeepalived(program, configText);
    }

    internal void Stop()
    {
        _state.Log(Node.Name, "gets SIGTERM: planned stop");
        _daemon!.Stop();
    }

    internal void Die()
    {
        _state.Log(Node.Name, "dies: cable cut, all processes killed");
        Node.PowerOff();
    }

    /// <summary>Kills every process; the cable stays, and so does what the kernel holds.</summary>
    internal void KillAll()
    {
        _state.Log(Node.Name, "kill -9 of every process, the cable stays");
        Node.KillAll();
    }

    /// <summary>Sends a signal to the VRRP process, by its pid file, as an operator would.</summary>
    /// <param name="signal">KILL or STOP.</param>
    /// <param name="what">For the log.</param>
    internal void SignalVrrp(string signal, string what)
    {
        _state.Log(Node.Name, what);
        _ = Node.Execute("sh", "-c", $"kill -{signal} $(cat /run/lab/vrrp.pid)");
    }

    /// <summary>Sends a signal to the supervisor.</summary>
    internal void KillSupervisor()
    {
        _state.Log(Node.Name, "kill -9 of the supervisor");
        _ = Node.Execute("sh", "-c", "kill -9 $(cat /run/lab/keepalived.pid)");
    }

    /// <summary>Stops or continues every process of the node at once, as a paused virtual machine.</summary>
    internal void Freeze(bool frozen)
    {
        _state.Log(Node.Name, frozen ? "freezes: every process is stopped" : "wakes");
        _ = Node.Execute("sh", "-c", frozen ? "kill -STOP -1" : "kill -CONT -1");
    }

    /// <summary>Reads on in the daemon's log. Called by the view's thread alone.</summary>
    internal NodeView Look(IpAddress address, LabNode? responder)
    {
        LabProcess? daemon = _daemon;
        if (daemon != _read)
        {
            (_read, _linesRead) = (daemon, 0);
            (_role, _exitReported) = (NodeRole.Starting, false);
        }
        if (daemon is not null)
        {
            foreach (LabLine line in daemon.LinesFrom(_linesRead))
            {
                _linesRead++;
                Follow(line);
            }
        }
        if (daemon?.Exit is { } exit && !_exitReported)
        {
            _exitReported = true;
            _state.Log(Node.Name, exit.IsSuccess ? "has ended" : $"{exit}: {LastWords(daemon.Lines)}");
        }
        NodeRole role = !Node.IsRunning ? NodeRole.Dead
            : daemon is null or { HasExited: true } ? NodeRole.Stopped : _role;
        return new(Node.Name, Node.Links[0].Addresses[0].ToString(), Config, role, Has(address),
            responder == Node);
    }

    public void Dispose() => _route.Dispose();

    private static string LastWords(IReadOnlyList<LabLine> lines) => lines.Count == 0 ? "no word" : lines[^1].Text;

    /// <summary>Whether its kernel holds an address.</summary>
    internal bool Has(IpAddress address)
    {
        var found = new List<AddressSpec>();
        return _route.DumpAddresses(found, address.Family).IsSuccess
            && found.Exists(entry => entry.Prefix.Address == address);
    }

    private void Follow(LabLine line)
    {
        (string Words, NodeRole Role)[] known =
        [
            ("Entering MASTER STATE", NodeRole.Active), ("Entering BACKUP STATE", NodeRole.Backup),
            ("Entering FAULT STATE", NodeRole.Fault),
        ];
        foreach ((string words, NodeRole role) in known)
        {
            if (line.Text.Contains(words, StringComparison.Ordinal) && role != _role)
            {
                _role = role;
                string name = role.ToString();
                _state.Log(Node.Name, $"is now {name} (\"{words}\")", line.Time);
            }
        }
    }
}
