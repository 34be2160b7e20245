using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Linux;
using Holdfast.Web.Logs;

namespace Holdfast.Runtime.Web;

/// <summary>The error log of the top level.</summary>
internal static class WebLogDefaults
{
    /// <summary>Opens what lines of the file name, or the log of the command line at level error.</summary>
    /// <exception cref="LinuxException">One cannot be opened.</exception>
    internal static ErrorSink Open(WebLogs logs, MainSettings main, string errorLog)
        => logs.Errors(Lines(main.ErrorLogs, errorLog), ErrorSink.None);

    /// <summary>What is opened: where lines name no file, the log of the command line as well.</summary>
    internal static ImmutableArray<ErrorLog> Lines(ImmutableArray<ErrorLog> lines, string errorLog)
    {
        ImmutableArray<ErrorLog> written = lines.IsDefault ? [] : lines;
        return written.Any(static one => !one.Target.StartsWith(SyslogTarget.Prefix, StringComparison.Ordinal))
            ? written : written.Add(new ErrorLog(errorLog, "error"));
    }
}
