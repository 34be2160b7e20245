using System.Globalization;
using Holdfast.Linux.Abi;

namespace Holdfast.Web.Logs;

/// <summary>Errors of the system as the error log has them.</summary>
public static class ErrorTexts
{
    /// <summary>Number and text: "2: No such file or directory".</summary>
    public static string Of(Errno errno) => string.Create(CultureInfo.InvariantCulture, $"{(int)errno}: {Text(errno)}");

    private static string Text(Errno errno) => errno switch
    {
        Errno.EPERM => "Operation not permitted",
        Errno.ENOENT => "No such file or directory",
        Errno.EIO => "Input/output error",
        Errno.EACCES => "Permission denied",
        Errno.EEXIST => "File exists",
        Errno.ENOTDIR => "Not a directory",
        Errno.EISDIR => "Is a directory",
        Errno.EINVAL => "Invalid argument",
        Errno.ENFILE => "Too many open files in system",
        Errno.EMFILE => "Too many open files",
        Errno.ENOSPC => "No space left on device",
        Errno.EPIPE => "Broken pipe",
        Errno.ENAMETOOLONG => "File name too long",
        Errno.ELOOP => "Too many levels of symbolic links",
        Errno.EADDRINUSE => "Address already in use",
        Errno.EADDRNOTAVAIL => "Cannot assign requested address",
        Errno.ENETUNREACH => "Network is unreachable",
        Errno.ECONNABORTED => "Software caused connection abort",
        Errno.ECONNRESET => "Connection reset by peer",
        Errno.ETIMEDOUT => "Connection timed out",
        Errno.ECONNREFUSED => "Connection refused",
        Errno.EHOSTUNREACH => "No route to host",
        _ => errno.ToString(),
    };
}
