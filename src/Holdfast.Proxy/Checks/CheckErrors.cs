using Holdfast.Linux.Abi;

namespace Holdfast.Proxy.Checks;

/// <summary>Errors of connections in the words that reports of checks use, those of strerror(3).</summary>
internal static class CheckErrors
{
    internal static string TextOf(Errno errno) => errno switch
    {
        Errno.ECONNREFUSED => "Connection refused",
        Errno.ECONNRESET or Errno.Success => "Connection reset by peer",
        Errno.EPIPE => "Broken pipe",
        Errno.ETIMEDOUT => "Connection timed out",
        Errno.EHOSTUNREACH => "No route to host",
        Errno.ENETUNREACH => "Network is unreachable",
        Errno.EADDRNOTAVAIL => "Cannot assign requested address",
        Errno.EADDRINUSE => "Address already in use",
        Errno.EACCES => "Permission denied",
        Errno.EPERM => "Operation not permitted",
        Errno.EMFILE or Errno.ENFILE => "Too many open files",
        Errno.ENOENT => "No such file or directory",
        _ => errno.ToString(),
    };
}
