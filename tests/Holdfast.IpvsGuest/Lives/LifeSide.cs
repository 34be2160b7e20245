using System.Collections.Immutable;
using System.Text;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Linux.Sockets;

namespace Holdfast.IpvsGuest.Lives;

/// <summary>One daemon with its own network namespace, real servers, files and FIFO.</summary>
internal sealed class LifeSide : IDisposable
{
    private const string Script = "#!/bin/dash\nread code <@/$1\necho >>@/$1.runs\nexit $code\n";
    private readonly string _program;
    private readonly NetworkNamespace _network;
    private readonly IpvsClient _ipvs;
    private PidFd? _daemon;

    /// <summary>Makes the namespace; the calling thread is in it afterwards.</summary>
    /// <param name="program">The daemon.</param>
    /// <param name="directory">Its directory, which is made.</param>
    internal LifeSide(string program, string directory)
    {
        _program = program;
        Directory = directory;
        System.IO.Directory.CreateDirectory(directory);
        NetworkNamespace.UnshareCurrentThread();
        _network = NetworkNamespace.OpenCurrent();
        File.WriteAllText("/proc/sys/net/ipv6/ip_nonlocal_bind", "1\n");
        File.WriteAllText(Path.Combine(directory, "network"), "link set lo up\naddr add 10.20.0.1/16 dev lo\n"
            + "route add local 2001:db8:20::/48 dev lo\n");
        Run("/usr/sbin/ip", ["ip", "-batch", Path.Combine(directory, "network")], null);
        Expect.Done(IpvsClient.TryOpen(out IpvsClient? client), "open IPVS");
        _ipvs = client!;
        Write("script", Script.Replace("@", directory, StringComparison.Ordinal));
        _ = FileNames.SetMode(Path.Combine(directory, "script"), 0x1ED);
        Fifo = new LifeFifo(Path.Combine(directory, "fifo"));
    }

    internal string Directory { get; }

    internal LifeServers Servers { get; private set; } = new();

    internal LifeFifo Fifo { get; private set; }

    /// <summary>Exit status of the daemon; null while it runs.</summary>
    internal string? Ended { get; private set; }

    /// <summary>Ends what is left of one life, and makes ready for another.</summary>
    internal void Reset()
    {
        foreach (Signal signal in (ReadOnlySpan<Signal>)[Signal.SIGTERM, Signal.SIGKILL])
        {
            if (!HasEnded())
            {
                _ = _daemon!.Send(signal);
                _ = LifeWait.Until(HasEnded, TimeSpan.FromSeconds(10));
            }
        }
        foreach (string name in (string[])["pid", "checkers.pid", "vrrp.pid"])
        {
            File.Delete(Path.Combine(Directory, name));
        }
        _daemon?.Dispose();
        _daemon = null;
        Ended = null;
        Servers.Dispose();
        Servers = new LifeServers();
        Fifo.Dispose();
        File.Delete(Path.Combine(Directory, "fifo"));
        Fifo = new LifeFifo(Path.Combine(Directory, "fifo"));
        Expect.Done(_ipvs.Flush(), "flush");
    }

    /// <summary>Moves the calling thread to this side.</summary>
    internal void Enter() => _network.Enter();

    /// <summary>Gives the daemon a configuration: starts it with the first, reloads it with others.</summary>
    internal void Load(string text, string log)
    {
        Write("conf", text.Replace("@/", Directory + "/", StringComparison.Ordinal));
        if (_daemon is not null)
        {
            _ = _daemon.Send(Signal.SIGHUP);
            return;
        }
        string At(string name) => Path.Combine(Directory, name);
        bool isOriginal = _program.EndsWith("sbin/keepalived", StringComparison.Ordinal);
        string[] arguments = ["keepalived", "-n", "-l", "-D", "-C", "-f", At("conf"), "-p", At("pid"),
            "-c", At("checkers.pid"), "-r", At("vrrp.pid")];
        _daemon = Spawn(_program, isOriginal ? arguments : [.. arguments, "--run-dir=" + At("run")], log);
    }

    internal void Stop() => _daemon?.Send(Signal.SIGTERM);

    internal bool HasEnded()
    {
        if (Ended is null && _daemon is not null && _daemon.TryWait(out ExitStatus status) == Errno.Success)
        {
            Ended = status.ToString();
        }
        return Ended is not null || _daemon is null;
    }

    /// <summary>Sets a number that a FILE_CHECK reads, or an exit code of the script.</summary>
    internal void Write(string name, string text) => File.WriteAllText(Path.Combine(Directory, name), text);

    /// <summary>How often the script has run for a checker.</summary>
    internal long RunsOf(string name)
    {
        FileInfo runs = new(Path.Combine(Directory, name + ".runs"));
        return runs.Exists ? runs.Length : 0;
    }

    /// <summary>Everything in the table, one line an entry, in the order of its text, without counters.</summary>
    internal string Table()
    {
        Expect.Done(_ipvs.Observe(out ImmutableArray<ObservedPool> pools), "observe");
        StringBuilder text = new();
        foreach (ObservedPool pool in pools.OrderBy(static p => p.Service.Spec.Key.ToString(), StringComparer.Ordinal))
        {
            VirtualServiceSpec spec = pool.Service.Spec;
            text.Append($"{spec.Key} {spec.Scheduler} {spec.Flags & ~ServiceFlags.Hashed} {spec.PersistenceSeconds} "
                + $"{spec.Netmask:x} {spec.PersistenceEngine}\n");
            foreach (string server in pool.Servers.Select(static s => $"  {s.Spec.Key} {s.Spec.Forwarding} "
                + $"{s.Spec.Weight} {s.Spec.UpperThreshold} {s.Spec.LowerThreshold} {s.Spec.TunnelKind} "
                + $"{s.Spec.TunnelPort} {s.Spec.TunnelChecksum}\n").Order(StringComparer.Ordinal))
            {
                text.Append(server);
            }
        }
        return text.ToString();
    }

    /// <summary>What the original ipvsadm saves, in the order of its text.</summary>
    internal string Save()
    {
        Enter();
        string path = Path.Combine(Directory, "saved");
        File.Delete(path);
        Run("/usr/sbin/ipvsadm", ["ipvsadm", "-S", "-n"], path);
        return string.Join('\n', File.ReadAllLines(path).Order(StringComparer.Ordinal)) + "\n";
    }

    public void Dispose()
    {
        Reset();
        Fifo.Dispose();
        _ipvs.Dispose();
        _network.Dispose();
    }

    private static void Run(string program, string[] arguments, string? output)
    {
        using PidFd process = Spawn(program, arguments, output);
        ExitStatus status;
        while (process.TryWait(out status) != Errno.Success)
        {
            LifeWait.Turn();
        }
        Expect.Equal(0, status.Code, program);
    }

    private static PidFd Spawn(string program, string[] arguments, string? output)
    {
        FdHandle log = FdHandle.None;
        if (output is not null)
        {
            Expect.Equal(Errno.Success, DescriptorIo.TryOpenAppend(output, 0x1A4, out log), output);
        }
        using FdHandle owned = log;
        int target = output is null ? 1 : log.Number;
        Errno errno = ProcessSpawner.TrySpawn(new()
        {
            Path = program,
            Arguments = arguments,
            Environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
            Descriptors = [new(0, 0), new(target, 1), new(target, 2)],
        }, out PidFd? process);
        Expect.Equal(Errno.Success, errno, program);
        return process!;
    }
}
