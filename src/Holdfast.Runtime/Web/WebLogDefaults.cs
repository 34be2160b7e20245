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
    {
        ImmutableArray<ErrorLog> lines = main.ErrorLogs;
        return logs.Errors(lines.IsDefaultOrEmpty ? [new ErrorLog(errorLog, "error")] : lines, ErrorSink.None);
    }
}
