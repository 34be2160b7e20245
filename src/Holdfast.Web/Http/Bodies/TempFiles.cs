using System.Globalization;
using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;

namespace Holdfast.Web.Http.Bodies;

/// <summary>A directory for bodies that memory does not hold. Files have no name any more once they are open.</summary>
/// <param name="directory">The whole path.</param>
internal sealed class TempFiles(string directory)
{
    private const uint FileMode = 0x180; // 0600
    private const int Tries = 8;

    private static long s_number = Random.Shared.Next();

    /// <summary>Makes a file, open to read and write.</summary>
    /// <param name="fd">The descriptor, which is the caller's.</param>
    internal Errno Create(out int fd)
    {
        Errno errno = Errno.EEXIST;
        fd = -1;
        for (int i = 0; i < Tries && errno == Errno.EEXIST; i++)
        {
            byte[] path = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $"{directory}/{Interlocked.Increment(ref s_number):D10}\0"));
            errno = PathIo.Create(path, FileMode, out fd);
            if (errno == Errno.Success)
            {
                _ = PathIo.Remove(path);
            }
        }
        return errno;
    }

    /// <summary>Makes the directory, for the user that the process becomes.</summary>
    /// <exception cref="LinuxException">It cannot be made.</exception>
    internal void Prepare()
    {
        try
        {
            _ = Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"mkdir() \"{directory}\" failed: {e.Message}", e);
        }
    }
}
