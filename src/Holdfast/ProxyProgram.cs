using Holdfast.Keepalived;
using Holdfast.Linux;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Proxy;
using Holdfast.Runtime.Supervision;

namespace Holdfast;

/// <summary>The child that proxies, named <c>haproxy</c>, with the daemon's command line for its log options.</summary>
internal static class ProxyProgram
{
    internal static int Run(ReadOnlySpan<string> arguments)
    {
        OwnProcess.SetName("haproxy");
        _ = KeepalivedCommandLine.TryParse(arguments.ToArray(), out KeepalivedOptions options, out _); // checked before
        using var log = new Log(LogSettings.Of(options, "haproxy"), TimeProvider.System);
        using var channel = new ChildChannel(new FdHandle(ChildEnvironment.ChannelFd));
        return ProxyProcess.Run(channel, log);
    }
}
