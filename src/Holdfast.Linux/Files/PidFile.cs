using System.Text;
using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Files;

/// <summary>A pid file that is locked while its process lives: the number, then a line feed.</summary>
public sealed unsafe class PidFile : IDisposable
{
    private readonly FdHandle _handle;
    private readonly string _path;

    private PidFile(FdHandle handle, string path)
    {
        _handle = handle;
        _path = path;
    }

    /// <summary>Writes the file, unless a living process holds it.</summary>
    /// <param name="path">Where.</param>
    /// <param name="pid">Whose id.</param>
    /// <param name="file">The locked file; null after an error.</param>
    /// <returns>EAGAIN when another process holds the lock.</returns>
    public static Errno TryCreate(string path, int pid, out PidFile? file)
    {
        file = null;
        Errno errno = DescriptorIo.TryOpen(path, Fcntl.O_RDWR | Fcntl.O_CREAT, 0x1A4, out FdHandle handle); // 0644
        if (errno != Errno.Success)
        {
            return errno;
        }
        if (LibC.flock(handle.Number, Fcntl.LOCK_EX | Fcntl.LOCK_NB) != 0 || LibC.ftruncate(handle.Number, 0) != 0)
        {
            errno = LibC.LastError;
            handle.Dispose();
            return errno;
        }
        var created = new PidFile(handle, path);
        errno = created.Write(pid);
        if (errno != Errno.Success)
        {
            created.Dispose();
            return errno;
        }
        file = created;
        return Errno.Success;
    }

    /// <summary>Replaces the number: the process was started again.</summary>
    public Errno Write(int pid)
    {
        Span<byte> text = stackalloc byte[16];
        _ = Encoding.ASCII.TryGetBytes($"{pid}\n", text, out int size);
        if (LibC.ftruncate(_handle.Number, 0) != 0)
        {
            return LibC.LastError;
        }
        fixed (byte* raw = text)
        {
            return LibC.pwrite(_handle.Number, raw, (nuint)size, 0) == size ? Errno.Success : LibC.LastError;
        }
    }

    /// <summary>Removes the file and gives the lock up.</summary>
    public void Dispose()
    {
        if (!_handle.IsClosed)
        {
            _ = FileNames.Remove(_path);
            _handle.Dispose();
        }
    }
}
