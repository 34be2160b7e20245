using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Proxy.HAProxy;
using Holdfast.Runtime.Logging;

namespace Holdfast.Runtime.Proxy;

/// <summary>Gives up what a proxy process does not need once its listeners are open: root, and files.</summary>
public static class ProxyIdentity
{
    /// <summary>What a translation asks the host about.</summary>
    /// <param name="processorCount">Processors.</param>
    /// <param name="resolve">The address of a host name, of a family.</param>
    public static TranslationFacts FactsOf(int processorCount, Func<string, int, IpAddress?> resolve)
        => new(processorCount, resolve)
        {
            ReadEnvironment = Environment.GetEnvironmentVariable,
            FindUser = static name => UserDatabase.TryFindUser(name, out UserAccount? user) ? user!.Uid : null,
            FindGroup = static name => UserDatabase.TryFindGroup(name, out uint gid) ? gid : null,
        };

    /// <summary>Allows as many descriptors as clients and servers may need.</summary>
    /// <returns>Whether it has them.</returns>
    internal static bool RaiseDescriptorLimit(ulong wanted, Log log)
    {
        if (OwnProcess.GetLimit(ResourceLimit.RLIMIT_NOFILE, out ulong soft, out ulong hard) != Errno.Success
            || soft >= wanted)
        {
            return true;
        }
        Errno errno = OwnProcess.SetLimit(ResourceLimit.RLIMIT_NOFILE, wanted, Math.Max(wanted, hard));
        if (errno != Errno.Success)
        {
            _ = OwnProcess.SetLimit(ResourceLimit.RLIMIT_NOFILE, hard, hard); // as far as it goes
            log.Warning($"maxconn needs {wanted} open files, and only {hard} are allowed ({errno}): clients beyond "
                + "that wait; raise LimitNOFILE");
        }
        return errno == Errno.Success;
    }

    /// <summary>Changes root, group and user as configured.</summary>
    /// <returns>What does not work; null when all does.</returns>
    internal static string? Apply(ProcessOptions options)
    {
        if (!options.MayGainRights)
        {
            _ = OwnProcess.SetNoNewPrivileges(); // what it starts for checks gains none
        }
        uint uid = OwnProcess.EffectiveUid;
        uint gid = OwnProcess.EffectiveGid;
        ImmutableArray<uint> groups = [];
        if (options.User is { } user)
        {
            if (!TryUser(user, out UserAccount? account))
            {
                return $"cannot find user '{user}'";
            }
            uid = account!.Uid;
            gid = account.Gid;
        }
        if (options.Group is { } group && !TryGroup(group, out gid))
        {
            return $"cannot find group '{group}'";
        }
        if (options.Chroot is { } root && OwnProcess.ChangeRoot(root) is var errno && errno != Errno.Success)
        {
            return $"cannot chroot to {root}: {errno}";
        }
        if (options.User is null && options.Group is null)
        {
            return null;
        }
        Errno changed = OwnProcess.SetIdentity(uid, gid, groups.AsSpan());
        return changed == Errno.Success ? null : $"cannot become user {uid} and group {gid}: {changed}";
    }

    private static bool TryUser(string text, out UserAccount? account)
    {
        if (UserDatabase.TryFindUser(text, out account))
        {
            return true;
        }
        // A number need not have a name.
        bool isNumber = uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint uid);
        account = isNumber ? new UserAccount(text, uid, OwnProcess.EffectiveGid) : null;
        return isNumber;
    }

    private static bool TryGroup(string text, out uint gid)
        => UserDatabase.TryFindGroup(text, out gid)
            || uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out gid);
}
