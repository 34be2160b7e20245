using Holdfast.Keepalived;
using Holdfast.Linux;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Supervision;
using Holdfast.Runtime.Web;

namespace Holdfast;

/// <summary>The child that is the web server, named <c>nginx</c>, with the daemon's command line for its log options.
/// </summary>
internal static class WebProgram
{
    internal static int Run(ReadOnlySpan<string> arguments)
    {
        OwnProcess.SetName("nginx");
        _ = KeepalivedCommandLine.TryParse(arguments.ToArray(), out KeepalivedOptions options, out _); // checked before
        using var log = new Log(LogSettings.Of(options, "nginx"), TimeProvider.System);
        using var channel = new ChildChannel(new FdHandle(ChildEnvironment.ChannelFd));
        return WebProcess.Run(channel, log);
    }
}
