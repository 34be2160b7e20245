using System.Runtime.InteropServices;
using Holdfast.Config.Ipvsadm;
using Holdfast.Linux.Abi;

namespace Holdfast.Ipvsadm;

/// <summary>What the original says when the kernel refuses something.</summary>
internal static class KernelWords
{
    /// <summary>The words for one refusal of one command.</summary>
    internal static string Of(IpvsadmVerb verb, Errno errno) => (verb, errno) switch
    {
        (IpvsadmVerb.AddService, Errno.EEXIST) => "Service already exists",
        (IpvsadmVerb.AddService or IpvsadmVerb.EditService, Errno.ENOENT) =>
            "Scheduler or persistence engine not found",
        (IpvsadmVerb.EditService or IpvsadmVerb.DeleteService or IpvsadmVerb.Zero or IpvsadmVerb.List, Errno.ESRCH) =>
            "No such service",
        (IpvsadmVerb.AddServer or IpvsadmVerb.EditServer or IpvsadmVerb.DeleteServer, Errno.ESRCH) =>
            "Service not defined",
        (IpvsadmVerb.AddServer, Errno.EEXIST) => "Destination already exists",
        (IpvsadmVerb.EditServer or IpvsadmVerb.DeleteServer, Errno.ENOENT) => "No such destination",
        (IpvsadmVerb.StartDaemon, Errno.EEXIST) => "Daemon has already run",
        (IpvsadmVerb.StopDaemon, Errno.ESRCH) => "No daemon is running",
        _ => Of(errno),
    };

    /// <summary>The words for a refusal of any command.</summary>
    internal static string Of(Errno errno) => errno switch
    {
        Errno.EPERM => "Permission denied (you must be root)",
        Errno.EINVAL => "Invalid operation.  Possibly wrong module version, address not unicast, ...",
        Errno.ENOPROTOOPT => "Protocol not available",
        Errno.ENOMEM => "Memory allocation problem",
        Errno.EOPNOTSUPP => "Operation not supported with IPv6",
        Errno.EAFNOSUPPORT => "Operation not supported with specified address family",
        Errno.EMSGSIZE => "Module is wrong version",
        _ => Marshal.GetPInvokeErrorMessage((int)errno),
    };
}
