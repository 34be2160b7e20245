using System.Diagnostics;
using Holdfast.Layer4.RealServers.Decapsulation;
using System.Globalization;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;

namespace Holdfast.Layer4.RealServers;

/// <summary>Carries steps out on this host, and keeps a file of what it has done.</summary>
/// <remarks>
/// The file is written before each step, so that nothing is ever done that could not be taken back. Belongs to the
/// network namespace of the thread.
/// </remarks>
/// <param name="netlink">Of that namespace.</param>
/// <param name="stateFile">Where what was done is kept.</param>
public sealed class RealServerHost(RouteNetlink netlink, string stateFile)
{
    /// <summary>RTPROT_KEEPALIVED, with which all that we add is marked.</summary>
    private const byte OwnMark = 18;
    private const uint FileMode = 0x180; // 0600

    /// <summary>What was done here so far; an unreadable or outdated file says nothing.</summary>
    /// <param name="problem">The file belongs to another network namespace, or is none of ours; null: it does not.
    /// </param>
    public RealServerState Load(out string? problem)
    {
        problem = null;
        var fresh = new RealServerState { Kernel = Kernel() };
        byte[] text;
        try
        {
            text = File.ReadAllBytes(stateFile);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return fresh;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"{stateFile} cannot be read: {e.Message}";
            return fresh;
        }
        if (!RealServerState.TryRead(text, out RealServerState state))
        {
            problem = $"{stateFile} is damaged; remove it when nothing is to be taken back";
            return fresh;
        }
        if (state.Kernel == fresh.Kernel)
        {
            return state;
        }
        if (Word(state.Kernel, 0) == Word(fresh.Kernel, 0) && Word(state.Kernel, 1) != Word(fresh.Kernel, 1))
        {
            problem = $"{stateFile} belongs to another network namespace; name another directory with --run-dir";
        }
        // Nothing is left of what was done, after a boot, or when the namespace whose number this one has is dead.
        return fresh;
    }

    /// <summary>Does the missing steps of a plan, in order, until one fails.</summary>
    /// <param name="plan">Without problems.</param>
    /// <param name="state">What was done before.</param>
    /// <param name="failed">The step that failed; null: none did.</param>
    public NetlinkResult Apply(RealServerPlan plan, RealServerState state, out RealServerStep? failed)
    {
        failed = null;
        foreach (RealServerStep step in plan.Missing)
        {
            int before = 0;
            NetlinkResult result = default;
            if (step.Verb == RealServerVerb.Write)
            {
                result = new(InterfaceInfo.TryReadSysctl(step.Subject, out before));
                if (result.IsSuccess && before == step.To)
                {
                    continue; // an interface that was just made has it already
                }
            }
            state = state.With(step, before, OwnMark);
            result = result.IsSuccess ? Save(state) : result;
            result = result.IsSuccess ? Do(step) : result;
            if (!result.IsSuccess)
            {
                failed = step;
                return result;
            }
        }
        return SaveMarks(state);
    }

    /// <summary>Takes back what can be, and keeps in the file what is left.</summary>
    /// <param name="undo">What to take back.</param>
    /// <param name="failed">The first step that failed; null: none did.</param>
    public NetlinkResult Undo(RealServerUndo undo, out RealServerStep? failed)
    {
        failed = null;
        foreach (RealServerStep step in undo.Steps)
        {
            NetlinkResult result = Do(step);
            if (!result.IsSuccess)
            {
                failed = step; // the file stays as it is: all of it can be tried again
                return result;
            }
        }
        return undo.Rest.IsEmpty ? new(RemoveFile()) : Save(undo.Rest);
    }

    private NetlinkResult Do(RealServerStep step)
    {
        if (step.IsOfProgram)
        {
            return TunnelSteps.Do(netlink, step);
        }
        int index = step.Verb == RealServerVerb.Write ? 0 : InterfaceInfo.IndexOf(step.Subject);
        switch (step.Verb)
        {
            case RealServerVerb.Write:
                return new(InterfaceInfo.TryWriteSysctl(step.Subject, step.To));
            case RealServerVerb.CreateLink:
                // Asking for a link of its kind has the kernel load the module, which brings tunl0 or ip6tnl0 itself.
                NetlinkResult made = netlink.CreateLink(step.Subject, RealServerRequest.KindOf(step.Subject)!);
                return made.Errno == Errno.EEXIST ? default : made;
            case RealServerVerb.DeleteLink:
                return netlink.DeleteLink(index);
            case RealServerVerb.LinkUp or RealServerVerb.LinkDown:
                return netlink.SetLinkUp(index, step.Verb == RealServerVerb.LinkUp);
            case RealServerVerb.AddAddress:
                return netlink.AddAddress(Spec(step, index));
            case RealServerVerb.RemoveAddress:
                NetlinkResult removed = netlink.DeleteAddress(Spec(step, index));
                return removed.Errno == Errno.EADDRNOTAVAIL ? default : removed;
            default:
                throw new UnreachableException();
        }
    }

    private static AddressSpec Spec(RealServerStep step, int index) => new()
    {
        Prefix = step.Prefix,
        InterfaceIndex = index,
        Protocol = OwnMark,
        Flags = step.Prefix.Address.IsV6 ? AddressFlags.NoDad : AddressFlags.None,
        PreferredLifetimeSeconds = step.Prefix.Address.IsV6 ? 0 : null,
    };

    /// <summary>Which mark the kernel has kept: before Linux 5.18 none.</summary>
    private NetlinkResult SaveMarks(RealServerState state)
    {
        if (state.IsEmpty)
        {
            return default;
        }
        NetlinkResult result = RealServerFacts.Read(netlink, out RealServerFacts facts);
        return !result.IsSuccess ? result : Save(state with
        {
            Addresses = [.. state.Addresses.Select(a => facts.Addresses.FirstOrDefault(
                h => h.Prefix == a.Prefix && h.Interface == a.Interface) is { Interface: not null } here
                && here.Mark == 0 ? a with { Mark = 0 } : a)],
        });
    }

    private NetlinkResult Save(RealServerState state)
    {
        try
        {
            _ = Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(stateFile))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(Errno.EACCES, e.Message);
        }
        Errno errno = FileNames.WriteAtomically(stateFile, state.Write(), FileMode);
        return errno == Errno.Success ? default : new(errno, $"{stateFile} cannot be written");
    }

    private Errno RemoveFile()
    {
        Errno errno = FileNames.Remove(stateFile);
        return errno == Errno.ENOENT ? Errno.Success : errno;
    }

    private static string? Word(string kernel, int number) => kernel.Split(' ').ElementAtOrDefault(number);

    private static string Kernel()
    {
        string boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        NetworkNamespaceId network = NetworkNamespace.CurrentId();
        return string.Create(CultureInfo.InvariantCulture, $"{boot} net:[{network.Inode}] {network.Cookie}");
    }
}
