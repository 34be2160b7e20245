using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Web.Logs;
using Holdfast.Web.Running;

namespace Holdfast.Runtime.Web;

/// <summary>What a web server does to itself before it serves, as nginx's workers do: limits, user, directory.
/// </summary>
public static class WebIdentity
{
    /// <summary>The user of processes when the file names none.</summary>
    public const string DefaultUser = "nobody";

    private const string DefaultGroup = "nogroup";

    /// <summary>The user that processes become.</summary>
    /// <param name="main">The file.</param>
    /// <param name="uid">Its number.</param>
    /// <param name="gid">That of its group.</param>
    /// <returns>What cannot be found, in nginx's words; null when all is.</returns>
    public static string? Find(MainSettings main, out uint uid, out uint gid)
    {
        ArgumentNullException.ThrowIfNull(main);
        uid = gid = 0;
        string user = main.User ?? DefaultUser;
        if (!UserDatabase.TryFindUser(user, out UserAccount? account))
        {
            return $"getpwnam(\"{user}\") failed";
        }
        uid = account!.Uid;
        gid = account.Gid;
        // A group that is not named has the name of the user.
        string group = main.Group ?? main.User ?? DefaultGroup;
        return UserDatabase.TryFindGroup(group, out gid) || main.User is null ? null
            : $"getgrnam(\"{group}\") failed";
    }

    /// <summary>Limits and priority, while the process may set them.</summary>
    internal static void SetLimits(MainSettings main, ErrorSink errors)
    {
        if (main.WorkerOpenFilesMax is { } files)
        {
            Errno errno = OwnProcess.SetLimit(ResourceLimit.RLIMIT_NOFILE, (ulong)files, (ulong)files);
            Report(errno, errors, $"setrlimit(RLIMIT_NOFILE, {files}) failed");
        }
        if (main.WorkerPriority != 0)
        {
            Report(OwnProcess.SetNice(main.WorkerPriority), errors, $"setpriority({main.WorkerPriority}) failed");
        }
    }

    /// <summary>Gives up root, once logs and listeners are open, and goes to the working directory.</summary>
    /// <exception cref="InvalidOperationException">It is not possible.</exception>
    internal static void Drop(WebConfiguration configuration)
    {
        MainSettings main = configuration.Model.Main;
        if (OwnProcess.EffectiveUid == 0)
        {
            if (Find(main, out uint uid, out uint gid) is { } problem)
            {
                throw new InvalidOperationException(problem);
            }
            WebDirectories.GiveAway(configuration, uid);
            ImmutableArray<uint> groups = UserDatabase.GroupsOf(main.User ?? DefaultUser, gid);
            Errno errno = OwnProcess.SetIdentity(uid, gid, groups.AsSpan());
            if (errno != Errno.Success)
            {
                throw new InvalidOperationException($"setuid({uid}) failed ({ErrnoText.Of(errno)})");
            }
        }
        if (main.WorkingDirectory is { } directory
            && OwnProcess.ChangeDirectory(directory) is var changed && changed != Errno.Success)
        {
            throw new InvalidOperationException($"chdir(\"{directory}\") failed ({ErrnoText.Of(changed)})");
        }
    }

    private static void Report(Errno errno, ErrorSink errors, string what)
    {
        if (errno != Errno.Success)
        {
            errors.Write(ErrorLevel.Alert, $"{what} ({ErrnoText.Of(errno)})");
        }
    }
}
