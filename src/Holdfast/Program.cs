using Holdfast.Commands;
using Holdfast.HAProxy;
using Holdfast.Ipvsadm;
using Holdfast.Keepalived;
using Holdfast.Nginx;
using Holdfast.Runtime.Continuity;
using Holdfast.Runtime.Notifications.Mail;
using Holdfast.Runtime.Scripts;
using Holdfast.Runtime.Supervision;

namespace Holdfast;

/// <summary>The one program of all processes: what it is depends on its name and on its first argument.</summary>
internal static class Program
{
    private static int Main()
    {
        string[] all = Environment.GetCommandLineArgs();
        string name = Path.GetFileName(all[0]);
        if (name == Launcher.Name)
        {
            return Launcher.Run(all.AsSpan(1), ChildEnvironment.Own());
        }
        if (name == MailSender.Name)
        {
            return MailSender.Run();
        }
        switch (Environment.GetEnvironmentVariable(ChildEnvironment.RoleVariable))
        {
            case ChildEnvironment.VrrpRole:
                return VrrpProgram.Run(all.AsSpan(1));
            case ChildEnvironment.ChecksRole:
                return ChecksProgram.Run(all.AsSpan(1));
            case ChildEnvironment.ProxyRole:
                return ProxyProgram.Run(all.AsSpan(1));
            case ChildEnvironment.WebRole:
                return WebProgram.Run(all.AsSpan(1));
            case ChildEnvironment.ResignRole:
                return VrrpProgram.Resign(all.AsSpan(1));
            case ChildEnvironment.ProbeRole:
                return UpgradeOffer.Answer(ChildEnvironment.ChannelFd, ProgramVersion.Text);
            default:
                break;
        }
        // Without NativeAOT the first argument is the assembly.
        bool asOther = name is "holdfast" or "holdfast.dll" && all.Length > 1 && IsOtherProgram(all[1]);
        return Dispatch(asOther ? all[1] : name, all, asOther ? 2 : 1);
    }

    private static bool IsOtherProgram(string name)
        => name is "keepalived" or "haproxy" or "nginx" or "ipvsadm" or "genhash";

    private static int Dispatch(string name, string[] all, int first)
    {
        switch (name)
        {
            case "keepalived":
                return KeepalivedProgram.Run(all, first);
            case "genhash":
                return GenHashProgram.Run(all[first..]);
            case "ipvsadm":
                return IpvsadmProgram.Run(all[first..], first == 1 ? all[0] : $"{all[0]} {name}");
            case "haproxy":
                return HAProxyProgram.Run(all[first..]);
            case "nginx":
                return NginxProgram.Run(all[first..]);
            default:
                return HoldfastCommands.Run(all.AsSpan(first));
        }
    }
}
