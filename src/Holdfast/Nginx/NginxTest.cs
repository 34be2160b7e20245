using Holdfast.Config.Nginx;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Sockets;
using Holdfast.Runtime.Web;
using Holdfast.Web.Running;
using Holdfast.Web.Translation;

namespace Holdfast.Nginx;

/// <summary>What <c>-t</c> tries besides reading: the pid file, logs, and places that are listened at.</summary>
internal static class NginxTest
{
    private const uint Mode = 0x1A4; // 0644

    /// <summary>Tries it; nothing stays but log files, as of nginx.</summary>
    /// <param name="parsed">A file without errors.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="prefix">Directory of relative paths, ending in a slash.</param>
    /// <param name="pidFile">Whole path of the pid file.</param>
    /// <returns>The first thing that does not work, as nginx says it; null when all does.</returns>
    internal static string? Run(NginxParseResult parsed, string path, string prefix, string pidFile)
        => TryPidFile(pidFile) ?? TryLogs(parsed, prefix) ?? TryListen(parsed, path, prefix);

    private static string? TryPidFile(string path)
    {
        bool isThere = File.Exists(path);
        string? problem = TryOpen(path);
        if (problem is null && !isThere)
        {
            _ = FileNames.Remove(path); // nginx leaves it empty, which nobody can read a number from
        }
        return problem;
    }

    private static string? TryLogs(NginxParseResult parsed, string prefix)
        => LogPaths.Of(parsed.Directives, prefix).Select(TryOpen).FirstOrDefault(static one => one is not null);

    private static string? TryOpen(string path)
    {
        Errno errno = DescriptorIo.TryOpenAppend(path, Mode, out FdHandle file);
        file.Dispose();
        return errno == Errno.Success ? null : $"[emerg] open() \"{path}\" failed ({ErrnoText.Of(errno)})";
    }

    /// <summary>A place that is taken is no mistake of the file: the server that it is for may be running.</summary>
    private static string? TryListen(NginxParseResult parsed, string path, string prefix)
    {
        WebConfiguration configuration = WebTranslator.Translate(parsed.Model, path, prefix, WebFacts.None);
        foreach (WebListener listener in configuration.Listeners.Where(static one => !one.Bind.IsUnix))
        {
            Errno errno = StreamListener.TryBind(listener.Bind, listener.Settings);
            if (errno is not (Errno.Success or Errno.EADDRINUSE))
            {
                return $"[emerg] bind() to {listener.Name} failed ({ErrnoText.Of(errno)})";
            }
        }
        return null;
    }
}
