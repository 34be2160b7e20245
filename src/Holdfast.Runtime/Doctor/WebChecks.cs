using System.Globalization;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Linux.Sockets;
using Holdfast.Runtime.Web;
using Holdfast.Web.Running;

namespace Holdfast.Runtime.Doctor;

/// <summary>What on this host keeps a web server from starting.</summary>
public static class WebChecks
{
    // A client, and the server that it is passed to.
    private const int DescriptorsPerConnection = 2;

    /// <summary>Examines this host for an nginx.conf.</summary>
    /// <param name="serving">The file.</param>
    /// <param name="isRunning">Whether a daemon of ours runs, which may listen already.</param>
    public static IEnumerable<DoctorFinding> Run(WebServing serving, bool isRunning)
    {
        ArgumentNullException.ThrowIfNull(serving);
        foreach (WebListener listener in serving.Configuration.Listeners)
        {
            yield return Listener(listener, isRunning);
        }
        IEnumerable<string> directories = serving.LogPaths.Append(serving.PidFile)
            .Select(static one => Path.GetDirectoryName(one) ?? "/").Distinct();
        foreach (string directory in directories.Where(static one => !Directory.Exists(one)))
        {
            yield return DoctorFinding.Bad("web_directory", $"{directory} is not there, and the file writes to it",
                $"mkdir -p {directory}");
        }
        if (Descriptors(serving) is { } finding)
        {
            yield return finding;
        }
    }

    private static DoctorFinding Listener(WebListener listener, bool isRunning)
    {
        if (listener.Bind.IsUnix)
        {
            return DoctorFinding.Good("web_listener", $"{listener.Name} is a socket of its own");
        }
        Errno errno = StreamListener.Open(listener.Bind, listener.Settings, out int fd);
        if (errno == Errno.Success)
        {
            TcpSocket.Close(fd);
            return DoctorFinding.Good("web_listener", $"{listener.Name} can be listened on");
        }
        string port = listener.Bind.Port.ToString(CultureInfo.InvariantCulture);
        return errno switch
        {
            Errno.EADDRINUSE when isRunning => DoctorFinding.Note(
                "web_listener", $"{listener.Name} is listened on, perhaps by the daemon that runs"),
            Errno.EADDRINUSE => DoctorFinding.Bad("web_listener", $"{listener.Name} is taken by another program",
                $"ss -ltnp 'sport = :{port}'"),
            Errno.EADDRNOTAVAIL => DoctorFinding.Bad("web_listener", $"{listener.Name}: this host has no such address",
                "sysctl -w net.ipv4.ip_nonlocal_bind=1, if VRRP brings it"),
            Errno.EACCES => DoctorFinding.Bad("web_listener", $"{listener.Name} may not be listened on",
                "run it as root, or with the capability CAP_NET_BIND_SERVICE"),
            _ => DoctorFinding.Bad("web_listener", $"{listener.Name} cannot be listened on: {ErrnoText.Of(errno)}"),
        };
    }

    private static DoctorFinding? Descriptors(WebServing serving)
    {
        WebConfiguration configuration = serving.Configuration;
        long wanted = (long)configuration.Model.Events.WorkerConnections * configuration.ThreadCount
            * DescriptorsPerConnection;
        if (OwnProcess.GetLimit(ResourceLimit.RLIMIT_NOFILE, out _, out ulong hard) != Errno.Success)
        {
            return null;
        }
        long allowed = configuration.Model.Main.WorkerOpenFilesMax ?? (long)Math.Min(hard, long.MaxValue);
        return allowed >= wanted ? null : DoctorFinding.Note("web_descriptors",
            $"worker_connections allows clients that need {wanted} open files, and {allowed} are allowed",
            $"worker_rlimit_nofile {wanted};");
    }
}
