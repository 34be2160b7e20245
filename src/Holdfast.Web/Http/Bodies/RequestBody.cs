using System.Buffers;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;

namespace Holdfast.Web.Http.Bodies;

/// <summary>The body of a request that was read: in memory up to a bound, and then in a file.</summary>
internal sealed class RequestBody
{
    private byte[] _memory = [];
    private int _fd = -1;

    /// <summary>Its bytes so far.</summary>
    internal long Length { get; private set; }

    /// <summary>Whether it is in a file.</summary>
    internal bool IsInFile => _fd >= 0;

    /// <summary>The bytes when it is in memory.</summary>
    internal ReadOnlySpan<byte> Memory => IsInFile ? default : _memory.AsSpan(0, (int)Length);

    /// <summary>Adds bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="memoryMax">Bytes of memory at most.</param>
    /// <param name="files">Where the file is made.</param>
    /// <returns>False: the file cannot be written.</returns>
    internal bool TryAdd(scoped ReadOnlySpan<byte> bytes, long memoryMax, TempFiles files)
    {
        if (!IsInFile && Length + bytes.Length <= memoryMax)
        {
            Reserve((int)Length + bytes.Length, memoryMax);
            bytes.CopyTo(_memory.AsSpan((int)Length));
            Length += bytes.Length;
            return true;
        }
        if (!IsInFile && !TryMove(files))
        {
            return false;
        }
        bool isWritten = PathIo.WriteAt(_fd, bytes, Length) == Errno.Success;
        Length += isWritten ? bytes.Length : 0;
        return isWritten;
    }

    /// <summary>Reads from an offset.</summary>
    /// <returns>How many bytes; 0: at the end, or the file cannot be read.</returns>
    internal int Read(long offset, Span<byte> to)
    {
        int count = (int)Math.Min(to.Length, Length - offset);
        if (!IsInFile)
        {
            _memory.AsSpan((int)offset, count).CopyTo(to);
            return count;
        }
        return PathIo.ReadAt(_fd, to[..count], offset, out int read) == Errno.Success ? read : 0;
    }

    /// <summary>Forgets it.</summary>
    internal void Clear()
    {
        if (_memory.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_memory);
            _memory = [];
        }
        if (_fd >= 0)
        {
            PathIo.Close(_fd);
            _fd = -1;
        }
        Length = 0;
    }

    private void Reserve(int length, long max)
    {
        if (_memory.Length >= length)
        {
            return;
        }
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(length, Math.Min(max, _memory.Length * 2L)));
        _memory.AsSpan(0, (int)Length).CopyTo(larger);
        if (_memory.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_memory);
        }
        _memory = larger;
    }

    private bool TryMove(TempFiles files)
    {
        if (files.Create(out _fd) != Errno.Success)
        {
            _fd = -1;
            return false;
        }
        if (Length > 0 && PathIo.WriteAt(_fd, _memory.AsSpan(0, (int)Length), 0) != Errno.Success)
        {
            return false;
        }
        if (_memory.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_memory);
            _memory = [];
        }
        return true;
    }
}
