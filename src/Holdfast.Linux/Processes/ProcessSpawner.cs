using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Processes;

/// <summary>Starts processes by posix_spawn(3), since a .NET process cannot fork.</summary>
public static unsafe partial class ProcessSpawner
{
    /// <summary>Starts a child. All signal dispositions are reset to their defaults in it.</summary>
    /// <returns>Why it could not be started, also when the program cannot be executed.</returns>
    public static Errno TrySpawn(SpawnRequest request, out PidFd? child) => TrySpawn(request, null, out child);

    private static Errno TrySpawn(SpawnRequest request, PidNamespaceEntry? entry, out PidFd? child)
    {
        ArgumentNullException.ThrowIfNull(request);
        child = null;
        byte* actions = stackalloc byte[Spawn.FileActionsSizeMax];
        byte* attributes = stackalloc byte[Spawn.AttributesSizeMax];
        _ = LibC.posix_spawn_file_actions_init(actions);
        _ = LibC.posix_spawnattr_init(attributes);
        var duplicates = new List<FdHandle>(request.Descriptors.Count);
        try
        {
            Errno errno = MapDescriptors(request, actions, duplicates);
            if (errno != Errno.Success)
            {
                return errno;
            }
            SetAttributes(request, attributes);
            int pid = 0;
            errno = Start(request, entry, actions, attributes, &pid);
            if (errno != Errno.Success)
            {
                return errno;
            }
            // The child cannot be collected by anyone else, so its pid is still its own here.
            return PidFd.TryOpen(pid, out child);
        }
        finally
        {
            foreach (FdHandle duplicate in duplicates)
            {
                duplicate.Dispose();
            }
            _ = LibC.posix_spawn_file_actions_destroy(actions);
            _ = LibC.posix_spawnattr_destroy(attributes);
        }
    }

    private static Errno Start(
        SpawnRequest request, PidNamespaceEntry? entry, byte* actions, byte* attributes, int* pid)
    {
        using var argv = new Utf8Strings(request.Arguments);
        using var envp = new Utf8Strings(request.Environment);
        fixed (byte* path = Utf8Strings.Terminated(request.Path))
        {
            return entry is { } inside
                ? SpawnInside(inside, pid, path, actions, attributes, argv.Pointer, envp.Pointer)
                : (Errno)LibC.posix_spawn(pid, path, actions, attributes, argv.Pointer, envp.Pointer);
        }
    }

    /// <summary>
    /// Sources are first duplicated above all targets, so that no dup2 in the child overwrites a later source.
    /// </summary>
    private static Errno MapDescriptors(SpawnRequest request, byte* actions, List<FdHandle> duplicates)
    {
        int targetMax = 2;
        foreach (FdMapping mapping in request.Descriptors)
        {
            targetMax = Math.Max(targetMax, mapping.Target);
        }
        foreach (FdMapping mapping in request.Descriptors)
        {
            var copy = new FdHandle(LibC.fcntl(mapping.Source, Fcntl.F_DUPFD_CLOEXEC, targetMax + 1));
            if (copy.IsInvalid)
            {
                return LibC.LastError;
            }
            duplicates.Add(copy);
            _ = LibC.posix_spawn_file_actions_adddup2(actions, copy.Number, mapping.Target);
        }
        _ = LibC.posix_spawn_file_actions_addclosefrom_np(actions, targetMax + 1);
        if (request.WorkingDirectory is { } directory)
        {
            fixed (byte* path = Utf8Strings.Terminated(directory))
            {
                _ = LibC.posix_spawn_file_actions_addchdir_np(actions, path);
            }
        }
        return Errno.Success;
    }

    private static void SetAttributes(SpawnRequest request, byte* attributes)
    {
        int group = request.Group switch
        {
            SpawnGroup.NewGroup => Spawn.POSIX_SPAWN_SETPGROUP,
            SpawnGroup.NewSession => Spawn.POSIX_SPAWN_SETSID,
            _ => 0,
        };
        int flags = Spawn.POSIX_SPAWN_SETSIGDEF | Spawn.POSIX_SPAWN_SETSIGMASK | group;
        _ = LibC.posix_spawnattr_setflags(attributes, (short)flags);
        _ = LibC.posix_spawnattr_setpgroup(attributes, 0);
        Span<byte> set = stackalloc byte[SysSignal.SigsetSize];
        fixed (byte* raw = SignalFd.Fill(set, request.BlockedSignals))
        {
            _ = LibC.posix_spawnattr_setsigmask(attributes, raw);
        }
        // glibc keeps its two internal signals out of the set by itself.
        SignalSet all = new SignalSet(ulong.MaxValue).Without(Signal.SIGKILL, Signal.SIGSTOP, (Signal)32, (Signal)33);
        fixed (byte* raw = SignalFd.Fill(set, all))
        {
            _ = LibC.posix_spawnattr_setsigdefault(attributes, raw);
        }
    }
}
