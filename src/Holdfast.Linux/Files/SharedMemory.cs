using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Files;

/// <summary>Anonymous memory that several processes see and write (memfd_create(2), mapped shared).</summary>
/// <remarks>
/// Its size is sealed, so that no other process can make an access fault by shrinking it. The contents live as long as
/// one process has a descriptor or a mapping of it. Linux 3.17 or newer.
/// </remarks>
public sealed unsafe class SharedMemory : IDisposable
{
    private const int SizeSeals = Fcntl.F_SEAL_SEAL | Fcntl.F_SEAL_SHRINK | Fcntl.F_SEAL_GROW;

    private readonly FdHandle _handle;
    private readonly int _size;
    private byte* _address;

    private SharedMemory(FdHandle handle, byte* address, int size)
    {
        _handle = handle;
        _address = address;
        _size = size;
    }

    /// <summary>The descriptor, to be given to another process. Close-on-exec.</summary>
    public int Fd => _handle.Number;

    /// <summary>All of it. Must not be used after <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public Span<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_address is null, this);
            return new(_address, _size);
        }
    }

    /// <summary>Creates memory that is all zero, and touches it, so that later writes find every page there.</summary>
    /// <param name="name">For /proc/PID/maps.</param>
    /// <param name="size">In bytes, more than 0.</param>
    /// <param name="memory">The memory; null after an error.</param>
    public static Errno TryCreate(string name, int size, out SharedMemory? memory)
    {
        memory = null;
        FdHandle handle;
        fixed (byte* raw = Utf8Strings.Terminated(name))
        {
            handle = new(LibC.memfd_create(raw, SysMman.MFD_CLOEXEC | SysMman.MFD_ALLOW_SEALING));
        }
        if (handle.IsInvalid || LibC.ftruncate(handle.Number, size) != 0
            || LibC.fcntl(handle.Number, Fcntl.F_ADD_SEALS, SizeSeals) < 0)
        {
            Errno errno = LibC.LastError;
            handle.Dispose();
            return errno;
        }
        Errno mapped = TryMap(handle, size, out memory);
        memory?.Bytes.Clear();
        return mapped;
    }

    /// <summary>Maps memory that another process has created.</summary>
    /// <param name="handle">Its descriptor, which is taken over, also after an error.</param>
    /// <param name="memory">The memory; null after an error.</param>
    /// <returns>EPERM when its size is not sealed; EFBIG when it is empty or larger than 2 GiB.</returns>
    public static Errno TryOpen(FdHandle handle, out SharedMemory? memory)
    {
        ArgumentNullException.ThrowIfNull(handle);
        memory = null;
        Errno errno = FileStatus.TryGet(handle.Number, out FileStatus status);
        if (errno == Errno.Success && LibC.fcntl(handle.Number, Fcntl.F_GET_SEALS, 0) != SizeSeals)
        {
            errno = Errno.EPERM;
        }
        if (errno == Errno.Success && status.SizeBytes is <= 0 or > int.MaxValue)
        {
            errno = Errno.EFBIG;
        }
        if (errno != Errno.Success)
        {
            handle.Dispose();
            return errno;
        }
        return TryMap(handle, (int)status.SizeBytes, out memory);
    }

    /// <summary>Unmaps it and closes the descriptor.</summary>
    public void Dispose()
    {
        if (_address is not null)
        {
            _ = LibC.munmap(_address, (nuint)_size); // fails only for an address that is not ours
            _address = null;
            _handle.Dispose();
        }
    }

    private static Errno TryMap(FdHandle handle, int size, out SharedMemory? memory)
    {
        const int Access = SysMman.PROT_READ | SysMman.PROT_WRITE;
        void* address = LibC.mmap(null, (nuint)size, Access, SysMman.MAP_SHARED, handle.Number, 0);
        if (address == (void*)-1)
        {
            Errno errno = LibC.LastError;
            memory = null;
            handle.Dispose();
            return errno;
        }
        memory = new SharedMemory(handle, (byte*)address, size);
        return Errno.Success;
    }
}
