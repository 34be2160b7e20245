using System.Globalization;

namespace Holdfast.Runtime.Doctor;

/// <summary>Another keepalived that runs in this network, or will run after the next boot.</summary>
internal static class OtherDaemons
{
    private static readonly string[] s_wantedBy
        = ["/etc/systemd/system/multi-user.target.wants", "/etc/rc2.d", "/etc/rc3.d"];

    internal static IEnumerable<DoctorFinding> Find()
    {
        bool any = false;
        foreach (int pid in Running("keepalived"))
        {
            any = true;
            yield return DoctorFinding.Bad("other_daemon", string.Create(CultureInfo.InvariantCulture,
                $"another keepalived runs here (pid {pid}): both would serve the same virtual routers"),
                "systemctl disable --now keepalived");
        }
        string? entry = s_wantedBy.Where(Directory.Exists).SelectMany(Directory.EnumerateFileSystemEntries)
            .FirstOrDefault(static e => Path.GetFileName(e) is "keepalived.service" || Path.GetFileName(e).EndsWith(
                "keepalived", StringComparison.Ordinal));
        if (entry is not null)
        {
            any = true;
            yield return DoctorFinding.Note(
                "other_daemon", $"{entry} starts the original keepalived with the host",
                "systemctl disable keepalived");
        }
        if (!any)
        {
            yield return DoctorFinding.Good("other_daemon", "no other keepalived runs or is started with the host");
        }
    }

    /// <summary>
    /// Whether any daemon, the original or ours, may hold virtual addresses here: then nobody is to be told to delete
    /// them.
    /// </summary>
    internal static bool ServesHere()
        => Running("keepalived").Any() || Running("holdfast").Any(static pid => pid != Environment.ProcessId);

    /// <summary>Processes of our network namespace whose program, not its links, begins with a name.</summary>
    private static IEnumerable<int> Running(string program)
    {
        foreach (string path in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && Runs(path, program))
            {
                yield return pid;
            }
        }
    }

    private static bool Runs(string process, string name)
    {
        try
        {
            // The comm of ours may be changed by vrrp_process_name; its program is always the same.
            string program = Path.GetFileName(new FileInfo(process + "/exe").LinkTarget ?? "");
            return program.StartsWith(name, StringComparison.Ordinal)
                && new FileInfo(process + "/ns/net").LinkTarget == new FileInfo("/proc/thread-self/ns/net").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // it has just ended, or is none of ours to look at
        }
    }
}
