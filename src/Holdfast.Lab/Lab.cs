using Holdfast.Linux.Processes;

namespace Holdfast.Lab;

/// <summary>Nodes and network segments on this machine, which vanish with the object or with this process.</summary>
/// <remarks>
/// A node is a network, PID and mount namespace with its own /proc, /sys, /run and /tmp; a segment is a bridge in a
/// namespace of its own. No namespace has a name, so labs never meet: addresses and interface names may be the same in
/// each. What keeps a namespace alive is a descriptor of this process, or a process that ends with a pipe of this
/// process; so nothing is left, however this process ends. Needs root. Not thread-safe.
/// </remarks>
public sealed class Lab : IDisposable
{
    private readonly List<LabNode> _nodes = [];
    private readonly List<LabSegment> _segments = [];

    private Lab(LabOptions options) => SharedDirectories = Shared(options);

    /// <summary>The nodes, in the order in which they were added.</summary>
    public IReadOnlyList<LabNode> Nodes => _nodes;

    /// <summary>The segments, in the order in which they were added.</summary>
    public IReadOnlyList<LabSegment> Segments => _segments;

    internal IReadOnlyList<string> SharedDirectories { get; }

    /// <summary>Why a lab cannot be made here; null when it can.</summary>
    public static string? Obstacle
        => OwnProcess.EffectiveUid == 0 ? null
            : "network namespaces need root: run this as root, for example with sudo";

    /// <summary>Makes an empty lab.</summary>
    public static Lab Create(LabOptions? options = null) => new(options ?? new LabOptions());

    /// <summary>Adds a segment: a switch without spanning tree that floods multicast.</summary>
    /// <exception cref="Linux.LinuxException">No privilege, or the kernel has no bridges.</exception>
    public LabSegment AddSegment()
    {
        var segment = LabSegment.Create(_segments.Count);
        _segments.Add(segment);
        return segment;
    }

    /// <summary>Adds a node, which has no network yet but its loopback.</summary>
    /// <param name="name">For messages.</param>
    /// <exception cref="Linux.LinuxException">No privilege.</exception>
    public LabNode AddNode(string name)
    {
        var node = LabNode.Create(this, name, _nodes.Count + 1);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Kills every process of the lab and removes all of it. Returns when the processes have ended.</summary>
    public void Dispose()
    {
        foreach (LabNode node in _nodes)
        {
            node.Dispose();
        }
        foreach (LabSegment segment in _segments)
        {
            segment.Dispose();
        }
        _nodes.Clear();
        _segments.Clear();
    }

    private static List<string> Shared(LabOptions options)
    {
        var found = new List<string>();
        foreach (string path in options.SharedDirectories.Append(SourceTree(AppContext.BaseDirectory)))
        {
            string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
            bool hidden = full.StartsWith("/tmp/", StringComparison.Ordinal)
                || full.StartsWith("/run/", StringComparison.Ordinal);
            if (hidden && !found.Any(known => full == known || full.StartsWith(known + "/", StringComparison.Ordinal)))
            {
                found.Add(full);
            }
        }
        return found;
    }

    private static string SourceTree(string start)
    {
        for (DirectoryInfo? directory = new(start); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Holdfast.slnx")))
            {
                return directory.FullName;
            }
        }
        return start;
    }
}
