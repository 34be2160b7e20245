using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Processes;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

#pragma warning disable CA1416 // file modes: all of this is for Linux alone

namespace Holdfast.Lab;

/// <summary>A host of a lab.</summary>
public sealed class LabNode : IDisposable
{
    private readonly Lab _lab;
    private readonly List<LabLink> _links = [];
    private readonly List<LabProcess> _processes = [];
    private NodeSystem? _system;

    private LabNode(Lab lab, string name, int number, NetworkNamespace network, RouteNetlink route)
    {
        _lab = lab;
        Name = name;
        Number = number;
        Network = network;
        Route = route;
    }

    /// <summary>For messages.</summary>
    public string Name { get; }

    /// <summary>Its place in the lab, from 1; the last byte of its Ethernet addresses.</summary>
    public int Number { get; }

    /// <summary>Its network namespace.</summary>
    public NetworkNamespace Network { get; }

    /// <summary>Links, addresses and routes of the node.</summary>
    public RouteNetlink Route { get; }

    /// <summary>Its network cards.</summary>
    public IReadOnlyList<LabLink> Links => _links;

    /// <summary>Whether it runs: false after <see cref="KillAll"/> and <see cref="PowerOff"/>.</summary>
    public bool IsRunning => _system is not null;

    /// <summary>Process id, on the host, of the node's process 1; for nsenter(1).</summary>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public int InitPid => System.Init.Pid;

    private NodeSystem System => _system ?? throw new InvalidOperationException($"{Name} does not run");

    internal static LabNode Create(Lab lab, string name, int number)
    {
        LabNode node = NamespaceThread.Run(() =>
        {
            NetworkNamespace.UnshareCurrentThread();
            foreach (string scope in (string[])["all", "default"])
            {
                // Both are needed for addresses without duplicate address detection, which takes a second.
                _ = InterfaceInfo.TryWriteSetting(IpFamily.V6, scope, "accept_dad", 0);
                _ = InterfaceInfo.TryWriteSetting(IpFamily.V6, scope, "accept_ra", 0);
                _ = InterfaceInfo.TryWriteSetting(IpFamily.V6, scope, "router_solicitations", 0);
            }
            return new LabNode(lab, name, number, NetworkNamespace.OpenCurrent(), RouteNetlink.Open());
        });
        node.Route.SetLinkUp(1, up: true).ThrowIfFailed("set lo up");
        node._system = NodeSystem.Boot(node.Network, lab.SharedDirectories);
        return node;
    }

    /// <summary>Starts a program in the node, in a session of its own. Its output is captured.</summary>
    /// <param name="program">Path, or a name that is looked for in the system's directories.</param>
    /// <param name="arguments">Arguments after argv[0].</param>
    /// <param name="name">argv[0]; null: the program as given.</param>
    /// <param name="environment">NAME=VALUE; PATH and LC_ALL=C are there.</param>
    /// <exception cref="LinuxException">It cannot be started.</exception>
    public LabProcess Start(string program, IReadOnlyList<string> arguments, string? name = null,
        IReadOnlyList<string>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var process = LabProcess.Start(this, System, new SpawnRequest
        {
            Path = LabProcess.Find(program),
            Arguments = [name ?? program, .. arguments],
            Environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", .. environment ?? []],
            Group = SpawnGroup.NewSession,
            WorkingDirectory = "/",
        });
        _processes.Add(process);
        return process;
    }

    /// <summary>Runs a short program and waits for its end.</summary>
    /// <param name="program">Path or name.</param>
    /// <param name="arguments">Arguments.</param>
    /// <returns>The ended process with its output.</returns>
    /// <exception cref="LabTimeoutException">It ran for more than 30 s.</exception>
    public LabProcess Execute(string program, params IReadOnlyList<string> arguments)
    {
        LabProcess process = Start(program, arguments);
        process.WaitForExit(TimeSpan.FromSeconds(30));
        return process;
    }

    /// <summary>Writes a file in the node. Only /run and /tmp are its own; all else is the host's.</summary>
    /// <param name="path">Absolute, below /run or /tmp. Missing directories are created.</param>
    /// <param name="text">Contents.</param>
    /// <param name="executable">Whether it may be executed.</param>
    public void WriteFile(string path, string text, bool executable = false)
    {
        string full = Outside(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.SetUnixFileMode(full, UnixFileMode.UserRead | UnixFileMode.UserWrite
            | (executable ? UnixFileMode.UserExecute : UnixFileMode.None));
    }

    /// <summary>Reads a file as the node sees it; null when there is none.</summary>
    public string? ReadFile(string path)
    {
        string full = $"/proc/{InitPid}/root{path}";
        return File.Exists(full) ? File.ReadAllText(full) : null;
    }

    /// <summary>Runs something on a thread that is in the node's network (and in no other of its namespaces).</summary>
    public T Run<T>(Func<T> work) => NamespaceThread.Run(() =>
    {
        Network.Enter();
        return work();
    });

    /// <summary>Whether one of its interfaces has an address, ready for use.</summary>
    public bool HasAddress(IpAddress address)
    {
        var found = new List<AddressSpec>();
        Route.DumpAddresses(found, address.Family).ThrowIfFailed($"list the addresses of {Name}");
        return found.Exists(entry => entry.Prefix.Address == address && !entry.Flags.HasFlag(AddressFlags.Tentative));
    }

    /// <summary>Writes a number to a file under /proc/sys/net of its network.</summary>
    /// <param name="path">Below /proc/sys/net, for example "ipv4/ip_forward".</param>
    /// <param name="value">The number.</param>
    /// <exception cref="LinuxException">There is no such file, or it does not take the number.</exception>
    public void SetSysctl(string path, int value)
        => LinuxException.ThrowIf(Run(() => InterfaceInfo.TryWriteSysctl(path, value)), $"set {path} of {Name}");

    /// <summary>Index of one of its interfaces, also of one that the lab has not made.</summary>
    /// <exception cref="InvalidOperationException">There is none of that name.</exception>
    public int IndexOf(string name) => LabSegment.IndexOf(Route, name);

    /// <summary>Sets a card up or down from inside, as an administrator does.</summary>
    public void SetLink(LabLink link, bool up)
        => Route.SetLinkUp(link.Index, up).ThrowIfFailed($"set {link.Name} of {Name}");

    /// <summary>Stops every process of the node where it is, as a suspended virtual machine; its kernel goes on.
    /// </summary>
    public void Freeze() => SignalAll("STOP");

    /// <summary>Lets the processes go on after <see cref="Freeze"/>.</summary>
    public void Thaw() => SignalAll("CONT");

    /// <summary>Kills every process of the node at once; others may be started after them.</summary>
    public void KillProcesses() => SignalAll("KILL");

    /// <summary>
    /// Kills every process of the node at once. Its network stays as it was, addresses included, so the kernel goes on
    /// to answer.
    /// </summary>
    public void KillAll()
    {
        _system?.Dispose();
        _system = null;
        foreach (LabProcess process in _processes)
        {
            process.Dispose();
        }
        _processes.Clear();
    }

    /// <summary>The node dies: all cables are cut and all processes killed, in this order, within a millisecond or so.
    /// </summary>
    public void PowerOff()
    {
        foreach (LabLink link in _links)
        {
            link.Segment.SetLink(this, up: false);
        }
        KillAll();
    }

    /// <summary>Starts it anew, with the addresses that it has by itself and no processes.</summary>
    public void PowerOn()
    {
        if (_system is null)
        {
            _system = NodeSystem.Boot(Network, _lab.SharedDirectories);
            foreach (LabLink link in _links)
            {
                SetLink(link, up: false);
                var stale = new List<AddressSpec>();
                Route.DumpAddresses(stale, IpFamily.None, link.Index).ThrowIfFailed("list the addresses");
                stale.ForEach(address => _ = Route.DeleteAddress(address)); // one may have gone with another
                BringUp(link);
            }
        }
        foreach (LabLink link in _links)
        {
            link.Segment.SetLink(this, up: true);
        }
    }

    /// <summary>Kills the processes and gives the namespaces up.</summary>
    public void Dispose()
    {
        KillAll();
        Route.Dispose();
        Network.Dispose();
    }

    internal void Add(LabLink link)
    {
        _links.Add(link);
        Route.SetLinkMac(link.Index, link.Mac).ThrowIfFailed($"set the address of {link.Name}");
        BringUp(link);
    }

    private void BringUp(LabLink link)
    {
        SetLink(link, up: true);
        foreach (IpPrefix prefix in link.Addresses)
        {
            Route.AddAddress(new AddressSpec
            {
                Prefix = prefix,
                InterfaceIndex = link.Index,
                Flags = prefix.Address.IsV6 ? AddressFlags.NoDad : AddressFlags.None,
            }).ThrowIfFailed($"add {prefix} to {link.Name} of {Name}");
        }
    }

    // Process −1 is every process of the namespace but its first, which the lab needs, and the one that asks.
    private void SignalAll(string signal) => Execute("/bin/sh", "-c", $"kill -s {signal} -- -1");

    private string Outside(string path)
        => path.StartsWith("/run/", StringComparison.Ordinal) || path.StartsWith("/tmp/", StringComparison.Ordinal)
            ? $"/proc/{InitPid}/root{path}"
            : throw new ArgumentException($"{path} is the host's; a node has only /run and /tmp", nameof(path));
}
