using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Holdfast.Lab.UserMode;

/// <summary>A Linux kernel that runs as an ordinary process, for what the host's kernel does not have.</summary>
/// <remarks>
/// Debian's package user-mode-linux. It boots in about two seconds on the host's own root, read-only, and has its own
/// network, so nothing of the host is touched. Nothing needs modprobe: modules go in with finit_module(2), which perl
/// (always there on Debian) calls.
/// </remarks>
public static class UserModeKernel
{
    /// <summary>The kernel.</summary>
    public const string Path = "/usr/bin/linux.uml";

    private const string ModuleRoot = "/usr/lib/uml/modules";
    private const string Booted = "holdfast-guest: booted";
    private const string Ended = "holdfast-guest: ended";

    /// <summary>Boots, runs the job and waits for its end, or for its limit.</summary>
    /// <exception cref="InvalidOperationException">The package is not installed.</exception>
    public static UserModeResult Run(UserModeJob job)
    {
        if (!File.Exists(Path))
        {
            throw new InvalidOperationException($"{Path} is missing: install the package user-mode-linux");
        }
        string init = System.IO.Path.Combine(job.Directory, "init");
        File.WriteAllText(init, InitScript(job));
        string state = System.IO.Path.Combine(job.Directory, "uml");
        Directory.CreateDirectory(state);
        using Process kernel = new()
        {
            StartInfo = new ProcessStartInfo(Path,
            [
                string.Create(CultureInfo.InvariantCulture, $"mem={job.MemoryMebibytes}M"),
                "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", "quiet", "con=null", "con0=null,fd:1",
                $"uml_dir={state}", "init=/bin/bash", "--", init,
            ])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        StringBuilder console = new();
        kernel.OutputDataReceived += (_, line) => Add(line.Data);
        kernel.ErrorDataReceived += (_, line) => Add(line.Data);
        kernel.Start();
        kernel.StandardInput.Close();
        kernel.BeginOutputReadLine();
        kernel.BeginErrorReadLine();
        // Each process of the guest is one of the host, and a child of the kernel.
        using CancellationTokenRegistration cancel = job.Cancelled.Register(() => kernel.Kill(entireProcessTree: true));
        if (!kernel.WaitForExit(job.Limit))
        {
            kernel.Kill(entireProcessTree: true);
        }
        kernel.WaitForExit();
        string text = console.ToString();
        return new(text.Contains(Booted, StringComparison.Ordinal), text.Contains(Ended, StringComparison.Ordinal),
            text);

        void Add(string? line)
        {
            if (line is not null)
            {
                lock (console)
                {
                    console.Append(line.TrimEnd('\r')).Append('\n');
                }
                job.Console?.Invoke(line);
            }
        }
    }

    // Numbers of system calls are those of x86-64, the only architecture that user-mode Linux has.
    private static string InitScript(UserModeJob job) => $$"""
        export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/run TMPDIR=/run LANG=C.UTF-8
        halt() { sync; perl -e 'syscall(169, 0xfee1dead, 672274793, 0x4321fedc, 0)'; }
        trap halt EXIT
        mount -t proc proc /proc && mount -t sysfs sysfs /sys && mount -t tmpfs tmpfs /run &&
          mount -t hostfs none {{UserModeJob.GuestDirectory}} -o {{job.Directory}} || exit 1
        cd /run
        perl - {{string.Join(' ', job.Modules)}} <<'END' || exit 1
        my ($root) = glob('{{ModuleRoot}}/*');
        my $parameters = "";
        for my $module (@ARGV) {
          open(my $file, '<', "$root/kernel/$module.ko") or die "$module: $!";
          syscall(313, fileno($file), $parameters, 0) == 0 or $! == 17 or die "$module: $!";
        }
        END
        ip link set lo up
        echo '{{Booted}}'
        {{job.Script}}
        echo '{{Ended}}'

        """;
}
