using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Files;

/// <summary>Bytes in anonymous memory that no one can change any more (memfd_create(2), sealed).</summary>
/// <remarks>Linux 3.17 or newer. A receiver that finds all seals may parse without fear of later changes.</remarks>
public static unsafe class SealedMemory
{
    private const int AllSeals =
        Fcntl.F_SEAL_SEAL | Fcntl.F_SEAL_SHRINK | Fcntl.F_SEAL_GROW | Fcntl.F_SEAL_WRITE;

    /// <summary>Writes <paramref name="content"/> into new memory and seals it.</summary>
    public static Errno TryCreate(string name, ReadOnlySpan<byte> content, out FdHandle handle)
    {
        fixed (byte* raw = Utf8Strings.Terminated(name))
        {
            handle = new(LibC.memfd_create(raw, SysMman.MFD_CLOEXEC | SysMman.MFD_ALLOW_SEALING));
        }
        Errno errno = handle.IsInvalid ? LibC.LastError : DescriptorIo.WriteAll(handle.Number, content);
        if (errno == Errno.Success && LibC.fcntl(handle.Number, Fcntl.F_ADD_SEALS, AllSeals) < 0)
        {
            errno = LibC.LastError;
        }
        if (errno != Errno.Success)
        {
            handle.Dispose();
        }
        return errno;
    }

    /// <summary>Whether nothing about the memory can change.</summary>
    public static bool IsSealed(int fd) => LibC.fcntl(fd, Fcntl.F_GET_SEALS, 0) == AllSeals;

    /// <summary>Reads everything.</summary>
    /// <param name="fd">A descriptor that was passed to us.</param>
    /// <param name="sizeMax">More than so many bytes are refused with EFBIG.</param>
    /// <param name="content">The bytes; empty after an error.</param>
    /// <returns>EPERM when the memory is not sealed.</returns>
    public static Errno TryRead(int fd, int sizeMax, out byte[] content)
    {
        content = [];
        if (!IsSealed(fd))
        {
            return Errno.EPERM;
        }
        Errno errno = FileStatus.TryGet(fd, out FileStatus status);
        if (errno != Errno.Success)
        {
            return errno;
        }
        if (status.SizeBytes > sizeMax)
        {
            return Errno.EFBIG;
        }
        byte[] bytes = new byte[status.SizeBytes];
        int done = 0;
        fixed (byte* raw = bytes)
        {
            while (done < bytes.Length)
            {
                nint count = LibC.pread(fd, raw + done, (nuint)(bytes.Length - done), done);
                if (count <= 0)
                {
                    return count == 0 ? Errno.EIO : LibC.LastError;
                }
                done += (int)count;
            }
        }
        content = bytes;
        return Errno.Success;
    }
}
