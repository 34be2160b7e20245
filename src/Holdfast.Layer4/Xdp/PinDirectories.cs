using System.Globalization;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;
using Holdfast.Linux.Files;
using Holdfast.Linux.Sockets;

namespace Holdfast.Layer4.Xdp;

/// <summary>Where directors keep their state: a directory of the BPF file system for each network namespace.</summary>
/// <remarks>
/// A name is <c>xdpLAYOUT-INODE-COOKIE</c>: the version of the layout, so that a newer program with other maps begins
/// with empty ones, and the network namespace, for several may share one file system. A director whose processes were
/// killed together with their namespace leaves its directory behind; the next director anywhere removes it.
/// </remarks>
public static class PinDirectories
{
    /// <summary>Begin of the names of pinned attachments.</summary>
    internal const string LinkPrefix = "link-";

    private const string Prefix = "xdp";

    /// <summary>To be raised whenever what is in a map means something else, or a map has another type or size.
    /// <see cref="LayoutDigest"/> goes with it.</summary>
    internal const int Layout = 2;

    /// <summary>SHA-256, its first 16 digits, of all maps with their sizes and of the fields of what is in them: a test
    /// fails when the program has others.</summary>
    internal const string LayoutDigest = "992212b08e42350a";

    private const string UsersDirectory = "users";

    // A bound for one sweep; what is more waits for the next.
    private const int SweepMax = 1024;

    /// <summary>The directory of this network namespace; mounts the BPF file system when it is not there.</summary>
    /// <returns>Null: it cannot be mounted, and nothing can be pinned.</returns>
    public static string? Find() => BpfFileSystem.TryMount() == Errno.Success
        ? $"{BpfFileSystem.DefaultPath}/holdfast/{NameOf(NetworkNamespace.CurrentId())}" : null;

    /// <summary>Directories of directors of this network namespace, of whatever layout. Mounts nothing.</summary>
    internal static string[] FindOwn()
    {
        string parent = $"{BpfFileSystem.DefaultPath}/holdfast";
        if (!Directory.Exists(parent))
        {
            return [];
        }
        NetworkNamespaceId network = NetworkNamespace.CurrentId();
        string end = string.Create(CultureInfo.InvariantCulture, $"-{network.Inode}-{network.Cookie}");
        return [.. Directory.GetDirectories(parent, Prefix + "*")
            .Where(path => path.EndsWith(end, StringComparison.Ordinal))];
    }

    /// <summary>Removes a directory, unless another process uses it.</summary>
    /// <returns>Whether it is gone.</returns>
    internal static bool TryRemove(string directory)
    {
        using var all = DirectoryLock.Acquire(ParentOf(directory));
        if (!Directory.Exists(directory))
        {
            return true;
        }
        using DirectoryLock? users = DirectoryLock.TryAcquire($"{directory}/{UsersDirectory}");
        if (users is null && Directory.Exists($"{directory}/{UsersDirectory}"))
        {
            return false;
        }
        Remove(directory);
        return true;
    }

    /// <summary>The name of the directory of a network namespace.</summary>
    internal static string NameOf(NetworkNamespaceId network)
        => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Layout}-{network.Inode}-{network.Cookie}");

    /// <summary>Makes a directory that is being used from now on, and removes those that nobody will use again.
    /// </summary>
    /// <param name="directory">Which; others are looked for beside it.</param>
    /// <param name="use">The lock that its users share.</param>
    /// <param name="problem">What is wrong, for people; null when nothing is.</param>
    /// <returns>False: it cannot be made.</returns>
    internal static bool TryPrepare(string directory, out DirectoryLock? use, out string? problem)
    {
        use = null;
        problem = null;
        try
        {
            string parent = ParentOf(directory);
            _ = Directory.CreateDirectory(parent);
            // Nobody removes it between its making and its use.
            using var all = DirectoryLock.Acquire(parent);
            _ = Directory.CreateDirectory($"{directory}/{UsersDirectory}");
            use = DirectoryLock.TryAcquire($"{directory}/{UsersDirectory}", isShared: true);
            Sweep(parent, directory);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or LinuxException)
        {
            problem = exception.Message;
            return false;
        }
    }

    /// <summary>The lock under which directories come and go; null: somebody has it.</summary>
    internal static DirectoryLock? TryLockAll(string directory) => DirectoryLock.TryAcquire(ParentOf(directory));

    /// <summary>Removes a directory with what is in it: attachments end, and maps that no process has open.</summary>
    internal static void Remove(string directory)
    {
        // One by one: this file system has no trees to walk, and no times to read.
        foreach (string file in Directory.GetFiles(directory))
        {
            File.Delete(file);
        }
        foreach (string inner in Directory.GetDirectories(directory))
        {
            Directory.Delete(inner);
        }
        Directory.Delete(directory);
    }

    private static string ParentOf(string directory) => Path.GetDirectoryName(directory)!;

    private static void Sweep(string parent, string own)
    {
        foreach (string other in Directory.GetDirectories(parent, Prefix + "*").Take(SweepMax))
        {
            if (other == own)
            {
                continue;
            }
            try
            {
                if (IsOfAnotherLayout(own, other))
                {
                    Evict(other);
                    continue;
                }
                using DirectoryLock? users = DirectoryLock.TryAcquire($"{other}/{UsersDirectory}");
                if (users is not null && (IsReplacedBy(own, other) || !HasLiveLink(other)))
                {
                    Remove(other);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // What cannot be removed harms nobody; the next director tries it again.
            }
        }
    }

    /// <summary>Whether a directory is of this version.</summary>
    internal static bool IsCurrent(string directory) => Path.GetFileName(directory)
        .StartsWith(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Layout}-"), StringComparison.Ordinal);

    /// <summary>Whether two names are of one network namespace, and their layouts differ.</summary>
    internal static bool IsOfAnotherLayout(string own, string other)
        => Path.GetFileName(own).Split('-', 2) is [{ } layout, { } network]
            && Path.GetFileName(other).Split('-', 2) is [{ } otherLayout, { } otherNetwork]
            && network == otherNetwork && layout != otherLayout;

    /// <summary>Removes a directory of another version. A process of that version which still keeps it cannot be talked
    /// to, and would hold the interfaces; so they are taken from it.</summary>
    internal static void Evict(string directory)
    {
        foreach (string path in Directory.GetFiles(directory, LinkPrefix + "*"))
        {
            if (XdpLink.TryOpen(path, out XdpLink? link) == Errno.Success)
            {
                using (link)
                {
                    _ = link!.Detach(); // one whose interface has gone has nothing to detach
                }
            }
        }
        Remove(directory);
    }

    // The same number of a living namespace: the other is of one that is dead.
    private static bool IsReplacedBy(string own, string other)
        => Path.GetFileName(own).Split('-') is [_, { } number, ..]
            && Path.GetFileName(other).Split('-') is [_, { } otherNumber, ..] && number == otherNumber;

    private static bool HasLiveLink(string directory)
        => Directory.GetFiles(directory, LinkPrefix + "*").Any(static path =>
        {
            // One that cannot be opened may be alive.
            bool isOpen = XdpLink.TryOpen(path, out XdpLink? link) == Errno.Success;
            using (link)
            {
                return !isOpen || !link!.IsDead;
            }
        });
}
