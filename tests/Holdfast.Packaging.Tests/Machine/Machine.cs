using System.Globalization;
using Holdfast.Lab;

namespace Holdfast.Packaging.Tests;

/// <summary>A Debian with systemd as process 1, in a node of a lab. What it changes is gone with it.</summary>
internal sealed class Machine : IDisposable
{
    private static int s_count;

    private readonly string _cgroup;
    private readonly LabProcess _boot;
    private readonly string _init;

    private Machine(string cgroup, LabProcess boot, string init)
    {
        _cgroup = cgroup;
        _boot = boot;
        _init = init;
    }

    /// <summary>Boots a machine with the node's network, and waits until all of its units have started.</summary>
    /// <param name="node">The node.</param>
    /// <param name="shared">What it sees as /shared.</param>
    public static Machine Boot(LabNode node, string shared)
    {
        string cgroup = string.Create(
            CultureInfo.InvariantCulture,
            $"holdfast-test-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}");
        LabProcess boot = node.Start("/bin/bash",
        [
            Path.Combine(AppContext.BaseDirectory, "Machine/boot.sh"), DebianRoot.Path, shared, cgroup,
            "/lib/systemd/systemd", "--system",
        ]);
        string init = "";
        Assert.True(
            SpinWait.SpinUntil(() => boot.HasExited || TryFindInit(boot.Pid, out init), TimeSpan.FromSeconds(60)),
            "the machine does not boot");
        var machine = new Machine(cgroup, boot, init);
        Assert.False(boot.HasExited, boot.Output);
        machine.Run("systemctl is-system-running --wait").Succeeded();
        return machine;
    }

    /// <summary>Runs a script in the machine as root, by its shell.</summary>
    public CommandResult Run(string script)
        => Command.Run("nsenter",
            "--target", _init, "--all", "--", "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
            "DEBIAN_FRONTEND=noninteractive", "/bin/bash", "-c", "cd /shared\n" + script);

    /// <summary>Runs a script that must succeed.</summary>
    /// <returns>Its output.</returns>
    public string Do(string script)
    {
        CommandResult result = Run(script);
        Assert.True(result.ExitCode == 0, $"{script}\nexit code {result.ExitCode}\n{result.Output}"
            + Run("journalctl --no-pager --lines=40 -u 'holdfast*'").Output);
        return result.Output;
    }

    /// <summary>Runs a script until it succeeds.</summary>
    public void Until(string script)
        => Assert.True(SpinWait.SpinUntil(() => Run(script).ExitCode == 0, TimeSpan.FromSeconds(30)),
            $"never true: {script}\n{Run("journalctl --no-pager --lines=40 -u 'holdfast*'").Output}");

    public void Write(string path, string text, bool executable = false)
    {
        string full = $"/proc/{_init}/root{path}";
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        if (executable)
        {
            Command.Run("chmod", "755", full).Succeeded();
        }
    }

    /// <summary>Kills all of its processes and removes its empty cgroup.</summary>
    public void Dispose()
    {
        _boot.Kill();
        _boot.WaitForExit(TimeSpan.FromSeconds(20));
        // A cgroup is busy until the last of its processes has been collected.
        string script = "m=$(mktemp -d); mount -t cgroup2 cgroup2 $m && "
            + $"find $m/{_cgroup} -depth -type d -exec rmdir {{}} + ; test ! -e $m/{_cgroup}; s=$?; "
            + "umount $m; rmdir $m; exit $s";
        Assert.True(SpinWait.SpinUntil(
            () => Command.Run("unshare", "--mount", "/bin/sh", "-c", script).ExitCode == 0, TimeSpan.FromSeconds(20)));
    }

    /// <summary>Process 1 of the machine, by its id on the host, once it takes orders.</summary>
    private static bool TryFindInit(int parent, out string init)
    {
        string list = $"/proc/{parent}/task/{parent}/children";
        init = File.Exists(list) ? File.ReadAllText(list).Trim() : "";
        return init.Length > 0 && !init.Contains(' ', StringComparison.Ordinal)
            && File.Exists($"/proc/{init}/root/run/systemd/private")
            && File.Exists($"/proc/{init}/root/run/dbus/system_bus_socket");
    }
}
