namespace Holdfast.Tests.Repository;

/// <summary>The real nginx (Debian package nginx) in the foreground, one process.</summary>
/// <param name="file">Its file; without daemon, master_process, pid and error_log, which are set here.</param>
internal sealed class OriginalNginx(string file) : OriginalDaemon("nginx", "/usr/sbin/nginx",
    [
        "-p", Path.GetDirectoryName(file)!, "-c", file, "-e", "stderr", "-g",
        $"daemon off; master_process off; pid {file}.pid; error_log stderr notice;",
    ], Path.GetDirectoryName(file)!);
