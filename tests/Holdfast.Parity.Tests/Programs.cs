using System.Diagnostics;
using Holdfast.Tests.Repository;

namespace Holdfast.Parity.Tests;

/// <summary>The programs that tests run: ours, and the originals as judges.</summary>
internal static class Programs
{
    /// <summary>The original keepalived (Debian package keepalived).</summary>
    internal const string OriginalPath = "/usr/sbin/keepalived";

    /// <summary>Where FRR's daemons stand (Debian package frr).</summary>
    internal const string FrrDirectory = "/usr/lib/frr";

    private static readonly Lazy<bool> s_installed = new(Install);

    /// <summary>The system's Python, which has scapy (Debian package python3-scapy), installed if it was missing.
    /// </summary>
    internal static string SystemPython
        => s_installed.Value ? "/usr/bin/python3" : throw new InvalidOperationException();

    /// <summary>Root of the source tree.</summary>
    internal static string Root => RepositoryRoot.Path;

    /// <summary>Our binary under its own name.</summary>
    internal static string Holdfast => Built("holdfast");

    /// <summary>Our binary under the name of the original.</summary>
    internal static string Keepalived => Built("keepalived");

    /// <summary>The original, installed if it was missing.</summary>
    internal static string Original => s_installed.Value ? OriginalPath : throw new InvalidOperationException();

    /// <summary>A daemon of FRR, installed if it was missing.</summary>
    internal static string Frr(string name)
        => s_installed.Value ? Path.Combine(FrrDirectory, name) : throw new InvalidOperationException();

    private static string Built(string name)
    {
        string path = Path.Combine(Root, "out", name);
        return File.Exists(path) ? path : throw new InvalidOperationException($"{path} is missing: run ./build.sh");
    }

    /// <summary>Installs the Debian packages that are missing, with the start of services blocked.</summary>
    private static bool Install()
    {
        const string Script = ". build/packages.sh && install_missing keepalived:/usr/sbin/keepalived "
            + "frr:/usr/lib/frr/vrrpd iproute2:ip iputils-ping:ping python3-scapy:/usr/lib/python3/dist-packages/scapy "
            + "user-mode-linux:linux.uml";
        using Process process = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", Script])
        {
            WorkingDirectory = Root,
        })!;
        process.WaitForExit();
        return process.ExitCode == 0
            ? true : throw new InvalidOperationException("the packages of the originals cannot be installed");
    }
}
