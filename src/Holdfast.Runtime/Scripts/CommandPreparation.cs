using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;

namespace Holdfast.Runtime.Scripts;

/// <summary>Finds a command's program and user, and judges whether running it is safe.</summary>
/// <remarks>Asks the user database and the file system; called at load, never when a script is run.</remarks>
public static class CommandPreparation
{
    /// <summary>The user that scripts run as when the file names none and it exists (keepalived.conf(5)).</summary>
    public const string DefaultUser = "keepalived_script";

    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private const uint GroupWrite = 0x10; // 0020
    private const uint OtherWrite = 0x2; // 0002
    private const uint AnyExecute = 0x49; // 0111
    private const uint Sticky = 0x200; // 01000
    private const int LinksMax = 40;

    /// <summary>Prepares a command.</summary>
    /// <param name="command">As it stands in the file.</param>
    /// <param name="global">User, groups and security of scripts.</param>
    /// <param name="prepared">The result; null when it cannot or must not be run.</param>
    /// <param name="problem">What is wrong; may be set beside a result, and is a warning then.</param>
    public static bool TryPrepare(
        ScriptCommand command, GlobalModel global, out PreparedCommand? prepared, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(global);
        prepared = null;
        if (!TryFindProgram(command.Arguments[0], out string program))
        {
            problem = $"script '{command.Arguments[0]}' is not found or not executable";
            return false;
        }
        if (!TryFindUser(command, global, out UserAccount? user, out uint gid, out problem))
        {
            return false;
        }
        bool runsAsRoot = user is null ? OwnProcess.EffectiveUid == 0 : user.Uid == 0;
        if (runsAsRoot && FindUnsafeElement(program) is { } element)
        {
            problem = $"script '{program}' would run as root, but users other than root can change '{element}'";
            if (global.ScriptSecurity)
            {
                return false;
            }
        }
        ImmutableArray<uint> groups = user is null ? []
            : global.SetSupplementaryGroups ? UserDatabase.GroupsOf(user.Name, gid) : [gid];
        prepared = new([program, .. command.Arguments.Skip(1)], user?.Uid, gid, groups);
        return true;
    }

    /// <summary>
    /// The first part of a path, links followed, that someone other than root can replace; null when none is.
    /// </summary>
    public static string? FindUnsafeElement(string path)
    {
        string current = "/";
        var left = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        int links = 0;
        if (IsUnsafe(current))
        {
            return current;
        }
        while (left.TryPop(out string? part))
        {
            if (part is ".")
            {
                continue;
            }
            string next = part == ".." ? System.IO.Path.GetDirectoryName(current) ?? "/"
                : System.IO.Path.Combine(current, part);
            if (FileStatus.TryGet(next, out FileStatus status) != Errno.Success)
            {
                return next;
            }
            if (status.Kind != FileKind.SymbolicLink)
            {
                current = next;
                if (IsUnsafe(current))
                {
                    return current;
                }
                continue;
            }
            string? target = new FileInfo(next).LinkTarget;
            if (target is null || ++links > LinksMax)
            {
                return next;
            }
            current = target.StartsWith('/') ? "/" : current;
            foreach (string piece in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                left.Push(piece);
            }
        }
        return null;
    }

    private static bool IsUnsafe(string path)
    {
        if (FileStatus.TryGet(path, out FileStatus status) != Errno.Success || status.Uid != 0)
        {
            return true;
        }
        // In a sticky directory of root, as /tmp is, others cannot replace what root put there.
        bool writable = (status.Mode & OtherWrite) != 0 || ((status.Mode & GroupWrite) != 0 && status.Gid != 0);
        return writable && !(status.Kind == FileKind.Directory && (status.Mode & Sticky) != 0);
    }

    private static bool TryFindProgram(string name, out string program)
    {
        program = name;
        if (name.Contains('/'))
        {
            return name.StartsWith('/') && IsProgram(name);
        }
        string path = Environment.GetEnvironmentVariable("PATH") ?? DefaultPath;
        foreach (string directory in path.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            program = System.IO.Path.Combine(directory, name);
            if (directory.StartsWith('/') && IsProgram(program))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsProgram(string path)
        => FileStatus.TryGetTarget(path, out FileStatus status) == Errno.Success
            && status.Kind == FileKind.Regular && (status.Mode & AnyExecute) != 0;

    private static bool TryFindUser(
        ScriptCommand command, GlobalModel global, out UserAccount? user, out uint gid, out string? problem)
    {
        string? name = command.User ?? global.ScriptUser;
        string? groupName = command.User is null ? global.ScriptGroup : command.Group;
        user = null;
        gid = 0;
        problem = null;
        if (name is null)
        {
            // Absent default user: the daemon's own, as in the original.
            if (UserDatabase.TryFindUser(DefaultUser, out user))
            {
                gid = user!.Gid;
            }
            return true;
        }
        if (!UserDatabase.TryFindUser(name, out user))
        {
            problem = $"user '{name}' of script '{command.Arguments[0]}' does not exist";
            return false;
        }
        gid = user!.Gid;
        if (groupName is not null && !UserDatabase.TryFindGroup(groupName, out gid))
        {
            problem = $"group '{groupName}' of script '{command.Arguments[0]}' does not exist";
            return false;
        }
        return true;
    }
}
