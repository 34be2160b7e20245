using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Namespaces;
using Holdfast.Linux.Processes;
using Holdfast.Linux.Sockets;

#pragma warning disable CA1416 // file modes: all of this is for Linux alone

namespace Holdfast.Lab;

/// <summary>The PID and mount namespace of a running node. When it ends, so do all processes in it.</summary>
internal sealed class NodeSystem : IDisposable
{
    private readonly FdHandle _lifeline;
    private readonly FdHandle _mounts;
    private readonly FdHandle _processes;
    private readonly NetworkNamespace _network;

    private NodeSystem(PidFd init, FdHandle lifeline, NetworkNamespace network)
    {
        Init = init;
        _lifeline = lifeline;
        _network = network;
        _mounts = Open($"/proc/{init.Pid}/ns/mnt");
        _processes = Open($"/proc/{init.Pid}/ns/pid");
    }

    /// <summary>Process 1 of the node.</summary>
    internal PidFd Init { get; }

    /// <summary>Makes the namespaces, with process 1 in them.</summary>
    internal static NodeSystem Boot(NetworkNamespace network, IReadOnlyList<string> sharedDirectories)
    {
        LinuxException.ThrowIf(DescriptorIo.TryCreatePipe(out FdHandle reader, out FdHandle lifeline), "create a pipe");
        LinuxException.ThrowIf(DescriptorIo.TryCreatePipe(out FdHandle ready, out FdHandle readyEnd), "create a pipe");
        using (reader)
        using (ready)
        {
            PidFd init;
            using (readyEnd)
            {
                init = NamespaceThread.Run(() =>
                {
                    network.Enter();
                    EnterNewMounts(sharedDirectories);
                    return StartInit(reader, readyEnd);
                });
            }
            // Its end of the pipe is closed by the last exec, or by its own end when a step failed.
            Errno errno = DescriptorIo.Read(ready.Number, stackalloc byte[8], out int count);
            if (errno != Errno.Success || count == 0)
            {
                init.Dispose();
                lifeline.Dispose();
                throw new LinuxException("mount /proc of a node", errno, "needs root and mount(8)");
            }
            return new NodeSystem(init, lifeline, network);
        }
    }

    /// <summary>Starts a process that belongs to the node and is our child.</summary>
    internal PidFd Start(SpawnRequest request) => NamespaceThread.Run(() =>
    {
        using FdHandle own = OpenOwnPidNamespace(); // before /proc is another's
        _network.Enter();
        EnterMounts();
        Errno errno = ProcessSpawner.TrySpawnInside(request, _processes, own, out PidFd? child);
        LinuxException.ThrowIf(errno, $"start {request.Path}");
        return child!;
    });

    public void Dispose()
    {
        _ = Init.Send(Signal.SIGKILL);
        _lifeline.Dispose();
        _mounts.Dispose();
        _processes.Dispose();
        // The kernel lets process 1 end only after all others were collected, of which we are the parent: their
        // readers do that, so this wait is for them as well.
        if (DescriptorWait.ForRead(Init.Fd, TimeSpan.FromSeconds(5)))
        {
            _ = Init.TryWait(out _);
        }
        Init.Dispose();
    }

    /// <summary>Starts process 1.</summary>
    /// <remarks>
    /// It lives as long as the other end of its standard input is open, which only this process has. A proc shows the
    /// namespace of the process that mounts it, so it does that itself. It ignores SIGCHLD, so that the kernel collects
    /// the orphans that it inherits.
    /// </remarks>
    private static PidFd StartInit(FdHandle lifeline, FdHandle ready)
    {
        using FdHandle own = OpenOwnPidNamespace();
        Errno errno = ProcessSpawner.TrySpawnInit(new SpawnRequest
        {
            Path = "/bin/sh",
            Arguments = ["init", "-c", "mount -t proc proc /proc && echo up && trap '' CHLD && exec cat > /dev/null"],
            Environment = ["PATH=/usr/bin:/bin"],
            Descriptors = [new(lifeline.Number, 0), new(ready.Number, 1), new(2, 2)],
            Group = SpawnGroup.NewSession,
            WorkingDirectory = "/",
        }, own, out PidFd? child);
        LinuxException.ThrowIf(errno, "start the first process of a node", "needs root");
        return child!;
    }

    /// <summary>Gives the calling thread private mounts: own /run, /tmp and /sys.</summary>
    private static void EnterNewMounts(IReadOnlyList<string> sharedDirectories)
    {
        const string Stage = "/mnt";
        LinuxException.ThrowIf(OwnProcess.Unshare(NamespaceKinds.CLONE_NEWNS), "unshare the mounts", "needs root");
        LinuxException.ThrowIf(MountTable.MakeAllPrivate(), "make the mounts private");
        LinuxException.ThrowIf(MountTable.MountVirtual("tmpfs", Stage), "mount a tmpfs");
        Directory.CreateDirectory(Stage + "/run");
        Directory.CreateDirectory(Stage + "/tmp");
        File.SetUnixFileMode(Stage + "/tmp", (UnixFileMode)0x3FF); // 1777
        foreach (string directory in sharedDirectories)
        {
            if (Directory.Exists(directory))
            {
                Directory.CreateDirectory(Stage + directory);
                LinuxException.ThrowIf(MountTable.Bind(directory, Stage + directory), $"share {directory}");
            }
        }
        LinuxException.ThrowIf(MountTable.Bind(Stage + "/run", "/run"), "mount /run");
        LinuxException.ThrowIf(MountTable.Bind(Stage + "/tmp", "/tmp"), "mount /tmp");
        // A sysfs shows the interfaces of the namespace that it was mounted in.
        LinuxException.ThrowIf(MountTable.MountVirtual("sysfs", "/sys"), "mount /sys");
    }

    private static FdHandle OpenOwnPidNamespace() => Open("/proc/self/ns/pid");

    private static FdHandle Open(string path)
    {
        LinuxException.ThrowIf(DescriptorIo.TryOpenRead(path, out FdHandle handle), $"open {path}");
        return handle;
    }

    private void EnterMounts()
    {
        // A thread may change its mounts only when it shares its working directory with no other: unshare does both.
        LinuxException.ThrowIf(OwnProcess.Unshare(NamespaceKinds.CLONE_NEWNS), "unshare the mounts");
        LinuxException.ThrowIf(OwnProcess.EnterNamespace(_mounts.Number, NamespaceKinds.CLONE_NEWNS),
            "enter the mounts of a node");
    }
}
