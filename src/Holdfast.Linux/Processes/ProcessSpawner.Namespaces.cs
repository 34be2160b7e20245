using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Processes;

/// <summary>Starting a child as a member of another PID namespace.</summary>
/// <remarks>
/// Only the next child enters; the thread itself stays, and as long as its children would go elsewhere it cannot start
/// a thread (clone(2), CLONE_THREAD: EINVAL). The runtime does that at any time, for the tiering of its compiler for
/// one. So between leaving and coming back runs one method that the compiler makes in one step and that calls nothing
/// but three functions of C.
/// </remarks>
public static unsafe partial class ProcessSpawner
{
    /// <summary>Where the child goes.</summary>
    /// <param name="Target">An open /proc/PID/ns/pid; −1: a new namespace, whose process 1 the child becomes.</param>
    /// <param name="Own">Our own open /proc/self/ns/pid.</param>
    private readonly record struct PidNamespaceEntry(int Target, int Own);

    /// <summary>Starts a child in another PID namespace; all else that it inherits is the calling thread's.</summary>
    /// <param name="request">What to start.</param>
    /// <param name="pidNamespace">An open /proc/PID/ns/pid of that namespace.</param>
    /// <param name="ownPidNamespace">An open /proc/self/ns/pid, to come back by.</param>
    /// <param name="child">The child.</param>
    /// <returns>ENOMEM: process 1 of that namespace has ended.</returns>
    public static Errno TrySpawnInside(
        SpawnRequest request, FdHandle pidNamespace, FdHandle ownPidNamespace, out PidFd? child)
        => TrySpawn(request, new PidNamespaceEntry(pidNamespace.Number, ownPidNamespace.Number), out child);

    /// <summary>Starts process 1 of a new PID namespace, which ends with it. It must mount its own /proc.</summary>
    /// <param name="request">What to start.</param>
    /// <param name="ownPidNamespace">An open /proc/self/ns/pid, to come back by.</param>
    /// <param name="child">The child.</param>
    public static Errno TrySpawnInit(SpawnRequest request, FdHandle ownPidNamespace, out PidFd? child)
        => TrySpawn(request, new PidNamespaceEntry(-1, ownPidNamespace.Number), out child);

    private static Errno SpawnInside(PidNamespaceEntry entry, int* pid, byte* path, void* actions, void* attributes,
        byte** argv, byte** envp)
    {
        // The first call of an imported function runs the binder, which is managed code: let it run now.
        _ = LibC.rawsetns(-1, 0);
        _ = LibC.rawunshare(0);
        int result = Elsewhere(entry.Target, entry.Own, pid, path, actions, attributes, argv, envp);
        return result >= 0 ? (Errno)result : (Errno)Marshal.GetLastSystemError();
    }

    /// <summary>Leaves, spawns, comes back.</summary>
    /// <returns>What posix_spawn said, or −1 when another call failed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Elsewhere(int target, int own, int* pid, byte* path, void* actions,
        void* attributes, byte** argv, byte** envp)
    {
        int left = target < 0
            ? LibC.rawunshare((int)NamespaceKinds.CLONE_NEWPID)
            : LibC.rawsetns(target, (int)NamespaceKinds.CLONE_NEWPID);
        if (left < 0)
        {
            return -1;
        }
        int result = LibC.posix_spawn(pid, path, actions, attributes, argv, envp);
        return LibC.rawsetns(own, (int)NamespaceKinds.CLONE_NEWPID) < 0 ? -1 : result;
    }
}
