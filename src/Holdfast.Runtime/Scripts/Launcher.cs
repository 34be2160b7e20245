using System.Globalization;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;

namespace Holdfast.Runtime.Scripts;

/// <summary>The hidden mode in which our own binary turns itself into a script.</summary>
/// <remarks>
/// <c>holdfast-launch bound|free UID|- GID GROUP,…|- UMASK,DESCRIPTOR|- PROGRAM ARGUMENT…</c>; the descriptor is that
/// of a network namespace. posix_spawn can set neither user nor limits, and
/// a .NET process cannot fork; so the supervisor spawns itself in this mode, which prepares the process and executes
/// the program. Exit codes when that fails are those of a shell: 126 not executable, 127 not found. Since a script may
/// end with them as well, a byte in the pipe at descriptor 3 says that there was none; execve closes the pipe.
/// </remarks>
public static class Launcher
{
    /// <summary>argv[0] that selects this mode.</summary>
    public const string Name = "holdfast-launch";

    /// <summary>
    /// Stands for an absent user, absent groups, or the umask and the network namespace that are ours.
    /// </summary>
    internal const string Nothing = "-";

    /// <summary>The script is ended with the supervisor.</summary>
    internal const string Bound = "bound";

    /// <summary>The script outlives the supervisor, as one of notify_stop must.</summary>
    internal const string Free = "free";

    /// <summary>The launcher's end of the pipe which says that the program could not be executed.</summary>
    internal const int FailureFd = 3;

    internal const int NotExecutable = 126;
    internal const int NotFound = 127;

    private const int UsageError = 125;
    private const int FixedArguments = 5;

    // select(2) fails beyond it; .NET raises the soft limit as far as it can.
    private const ulong UsualDescriptorLimit = 1024;

    /// <summary>Prepares this process and executes the program.</summary>
    /// <param name="arguments">All after argv[0].</param>
    /// <param name="environment">Environment of the program, NAME=VALUE.</param>
    /// <returns>The exit code; returns only when it fails.</returns>
    public static int Run(ReadOnlySpan<string> arguments, IReadOnlyList<string> environment)
    {
        int code = Become(arguments, environment);
        _ = DescriptorIo.WriteAll(FailureFd, [(byte)code]); // who has gone needs no answer
        return code;
    }

    private static int Become(ReadOnlySpan<string> arguments, IReadOnlyList<string> environment)
    {
        if (arguments.Length <= FixedArguments)
        {
            return UsageError;
        }
        // What fails here was so already.
        _ = OwnProcess.SetScheduler(SchedulingPolicy.SCHED_OTHER, 0, resetOnFork: false);
        _ = OwnProcess.SetNice(0);
        _ = OwnProcess.SetAffinity([]);
        _ = OwnProcess.SetLimit(ResourceLimit.RLIMIT_RTTIME, null, null);
        if (OwnProcess.GetLimit(ResourceLimit.RLIMIT_NOFILE, out _, out ulong hard) == Errno.Success)
        {
            _ = OwnProcess.SetLimit(ResourceLimit.RLIMIT_NOFILE, Math.Min(hard, UsualDescriptorLimit), hard);
        }
        if (!TryEnterPlace(arguments[4]) || !TryBecomeUser(arguments[1..]))
        {
            return NotExecutable;
        }
        if (arguments[0] == Bound)
        {
            // After the change of user, which would clear it.
            _ = OwnProcess.SetParentDeathSignal(Signal.SIGTERM);
        }
        OwnProcess.ResetSignals();
        SignalFd.Block(SignalSet.Empty);
        _ = OwnProcess.CloseOnExecuteFrom(FailureFd);
        return Execute([.. arguments[FixedArguments..]], environment);
    }

    /// <summary>
    /// Takes the umask and the network namespace of the supervisor, where another process launches for it. execve
    /// keeps those of the calling thread.
    /// </summary>
    private static bool TryEnterPlace(string place)
    {
        if (place == Nothing)
        {
            return true;
        }
        string[] parts = place.Split(',');
        if (parts.Length != 2
            || !uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint mask)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int network))
        {
            return false;
        }
        OwnProcess.SetUmask(mask);
        return OwnProcess.EnterNamespace(network, NamespaceKinds.CLONE_NEWNET) == Errno.Success;
    }

    private static bool TryBecomeUser(ReadOnlySpan<string> arguments)
    {
        if (arguments[0] == Nothing)
        {
            return true;
        }
        var groups = new List<uint>();
        if (arguments[2] != Nothing)
        {
            foreach (string text in arguments[2].Split(','))
            {
                if (!uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint group))
                {
                    return false;
                }
                groups.Add(group);
            }
        }
        return uint.TryParse(arguments[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint uid)
            && uint.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint gid)
            && OwnProcess.SetIdentity(uid, gid, groups.ToArray()) == Errno.Success;
    }

    private static int Execute(string[] command, IReadOnlyList<string> environment)
    {
        Errno errno = OwnProcess.Execute(command[0], command, environment);
        if (errno == Errno.ENOEXEC)
        {
            // A script without "#!" is run by the shell, as every shell does it.
            errno = OwnProcess.Execute("/bin/sh", ["/bin/sh", .. command], environment);
        }
        return errno == Errno.ENOENT ? NotFound : NotExecutable;
    }
}
