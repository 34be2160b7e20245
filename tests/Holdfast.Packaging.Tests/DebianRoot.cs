namespace Holdfast.Packaging.Tests;

/// <summary>A fresh Debian 12 with systemd, made once by debootstrap and kept outside of the source tree.</summary>
/// <remarks>
/// It stands in HOLDFAST_TEST_CACHE, by default /var/tmp/holdfast-tests. The packages of the original keepalived lie in
/// it, downloaded and not installed, so that machines need no network. No test writes into it.
/// </remarks>
internal static class DebianRoot
{
    // To be raised with each change of what is in it.
    private const string Name = "bookworm-2";

    private const string Include =
        "systemd-sysv,dbus,cron,iproute2,iputils-ping,procps,logrotate,man-db,groff,bash-completion,ca-certificates,"
            + "kmod,libbpf1";

    private static readonly Lazy<string> LazyPath = new(Make);

    public static string Path => LazyPath.Value;

    /// <summary>The directory of all that tests keep from one run to the next.</summary>
    public static string Cache
        => Environment.GetEnvironmentVariable("HOLDFAST_TEST_CACHE") ?? "/var/tmp/holdfast-tests";

    private static string Make()
    {
        string path = System.IO.Path.Combine(Cache, Name);
        if (Directory.Exists(path))
        {
            return path;
        }
        Directory.CreateDirectory(Cache);
        string unfinished = $"{path}.{Environment.ProcessId}";
        // The mirror is the one that this machine's own packages come from.
        string mirror = Command.Run("apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages",
            "Codename: bookworm", "Component: main").Succeeded().Split('\n')[0];
        Command.Run("debootstrap", ["--variant=minbase", $"--include={Include}", "bookworm", unfinished, mirror],
            new Dictionary<string, string>(), seconds: 900).Succeeded();
        Command.Run("chroot", unfinished, "apt-get", "install", "-y", "--download-only", "--no-install-recommends",
            "keepalived").Succeeded();
        Directory.Move(unfinished, path);
        return path;
    }
}
