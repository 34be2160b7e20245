using System.Globalization;
using Holdfast.Keepalived;
using Holdfast.Linux;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Continuity;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Supervision;
using Holdfast.Runtime.Vrrp;
using Holdfast.Runtime.Web.Master;
using Holdfast.Web.Logs;

namespace Holdfast;

/// <summary>The child that does VRRP. It is started with the command line of keepalived, for its log options.</summary>
internal static class VrrpProgram
{
    internal static int Run(ReadOnlySpan<string> arguments)
    {
        OwnProcess.SetName("keepalived");
        using Log log = OpenLog(arguments, out KeepalivedOptions options);
        using var channel = new ChildChannel(new FdHandle(ChildEnvironment.ChannelFd));
        var process = new VrrpProcessOptions
        {
            KeepsAddresses = options.KeepVrrpAddresses,
            DumpAtStart = options.DumpConfiguration,
            LogAddresses = options.MonitorAddresses,
        };
        return VrrpProcess.Run(channel, process, log);
    }

    /// <summary>The process that hands over for one that crashed too often.</summary>
    internal static int Resign(ReadOnlySpan<string> arguments)
    {
        OwnProcess.SetName("holdfast-resign");
        using Log log = OpenLog(arguments, out _);
        using var channel = new ChildChannel(new FdHandle(ChildEnvironment.ChannelFd));
        return ResignProcess.Run(channel, log.Warning);
    }

    private static Log OpenLog(ReadOnlySpan<string> arguments, out KeepalivedOptions options)
    {
        _ = KeepalivedCommandLine.TryParse(arguments.ToArray(), out options, out _); // checked before
        return new Log(LogSettings.Of(options, "Keepalived_vrrp"), TimeProvider.System);
    }
}

/// <summary>Log options of a keepalived command line.</summary>
internal static class LogSettings
{
    internal static LogOptions Of(KeepalivedOptions options, string identity, WebMaster? master = null) => new()
    {
        Sink = master is null ? null : (level, message) => Pass(master, level, message),
        Identity = identity,
        Console = options.LogToConsole,
        Syslog = !options.NoSyslog,
        SyslogFacility = options.LogFacility ?? 3,
        File = options.LogFile,
        Level = options.LogDetail ? LogLevel.Debug : LogLevel.Info,
        Format = options.LogFormat?.ToLower(CultureInfo.InvariantCulture) switch
        {
            "json" => LogFormat.Json,
            "plain" => LogFormat.Plain,
            _ => LogFormat.Keepalived,
        },
    };

    /// <summary>What an error log of nginx has to be told of our own life: what goes wrong.</summary>
    private static void Pass(WebMaster master, LogLevel level, string message)
    {
        if (level <= LogLevel.Warning)
        {
            master.Log.Write(level == LogLevel.Error ? ErrorLevel.Alert : ErrorLevel.Warn, message);
        }
    }
}
