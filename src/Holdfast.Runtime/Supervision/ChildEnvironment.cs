using System.Collections;
using System.Globalization;

namespace Holdfast.Runtime.Supervision;

/// <summary>Environment variables by which our processes tell one another what they are.</summary>
public static class ChildEnvironment
{
    /// <summary>Set in a child: its role. Its channel is descriptor <see cref="ChannelFd"/>.</summary>
    public const string RoleVariable = "HOLDFAST_ROLE";

    /// <summary>Set in a supervisor that was detached: the descriptor for readiness.</summary>
    public const string ReadinessVariable = "HOLDFAST_READINESS_FD";

    /// <summary>
    /// For tests: what counts as a crash loop, in milliseconds; see <see cref="SupervisorOptions.CrashWindow"/>.
    /// </summary>
    public const string CrashWindowVariable = "HOLDFAST_CRASH_WINDOW_MS";

    /// <summary>The role of the VRRP process.</summary>
    public const string VrrpRole = "vrrp";

    /// <summary>The role of the checks process.</summary>
    public const string ChecksRole = "checks";

    /// <summary>The role of a proxy process.</summary>
    public const string ProxyRole = "proxy";

    /// <summary>The role of a web server.</summary>
    public const string WebRole = "web";

    /// <summary>Set in a supervisor that follows one which has left its virtual servers as they were.</summary>
    public const string ContinueChecksVariable = "HOLDFAST_CONTINUE_CHECKS";

    /// <summary>The role of a process that only hands over.</summary>
    public const string ResignRole = "resign";

    /// <summary>The role of a program that is asked whether it can go on in place of a running one.</summary>
    public const string ProbeRole = "probe";

    /// <summary>The descriptor of a child's channel, or of the snapshot that a probe gets.</summary>
    public const int ChannelFd = 3;

    private const string Prefix = "HOLDFAST_";
    private const string NotifySocket = "NOTIFY_SOCKET=";

    /// <summary>The environment of this process, NAME=VALUE, without our own variables.</summary>
    public static IReadOnlyList<string> Own()
    {
        var list = new List<string>();
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"{entry.Key}={entry.Value}");
            if (!text.StartsWith(Prefix, StringComparison.Ordinal))
            {
                list.Add(text);
            }
        }
        return list;
    }

    /// <summary>An environment for scripts and children, who must not speak to systemd in our name.</summary>
    internal static IReadOnlyList<string> ForChildren(IReadOnlyList<string> own)
        => [.. own.Where(static v => !v.StartsWith(NotifySocket, StringComparison.Ordinal))];
}
