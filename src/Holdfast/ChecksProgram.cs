using Holdfast.Keepalived;
using Holdfast.Linux;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Checks.Process;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Supervision;

namespace Holdfast;

/// <summary>The child that checks real servers. It is started with the command line of keepalived.</summary>
internal static class ChecksProgram
{
    internal static int Run(ReadOnlySpan<string> arguments)
    {
        OwnProcess.SetName("holdfast-checks");
        _ = KeepalivedCommandLine.TryParse(arguments.ToArray(), out KeepalivedOptions options, out _); // checked before
        using var log = new Log(LogSettings.Of(options, "Keepalived_healthcheckers"), TimeProvider.System);
        using var channel = new ChildChannel(new FdHandle(ChildEnvironment.ChannelFd));
        var process = new CheckProcessOptions
        {
            KeepsServices = options.KeepIpvs,
            RunDirectory = options.RunDirectory ?? "/run/holdfast",
            Environment = ChildEnvironment.Own(),
        };
        return CheckProcess.Run(channel, process, log);
    }
}
