using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Memory;
using Holdfast.Proxy.Engine;
using Holdfast.Web.Http.Bodies;

namespace Holdfast.Web.Http.Passing;

/// <summary>What a peer has sent and the client has not taken yet: in memory, and behind that in a file.</summary>
internal sealed class ResponseBuffer(BufferPool pool)
{
    private BufferQueue _memory;
    private long _memoryBytes;
    private int _fd = -1;
    private long _written;
    private long _read;

    /// <summary>Whether nothing waits.</summary>
    internal bool IsEmpty => _memory.Count == 0 && _read == _written;

    /// <summary>Bytes that wait in memory.</summary>
    internal long MemoryBytes => _memoryBytes;

    /// <summary>Bytes that wait in the file, or have.</summary>
    internal long FileBytes => _written;

    /// <summary>Adds a part, which is the buffer's from now on.</summary>
    /// <param name="part">The part.</param>
    /// <param name="memoryMax">Bytes of memory; what is more goes to the file.</param>
    /// <param name="files">Where the file is made; null: nowhere.</param>
    /// <returns>False: the file cannot be written.</returns>
    internal bool TryAdd(BufferPart part, long memoryMax, TempFiles? files)
    {
        bool isBehindFile = _read < _written;
        if (files is null || (!isBehindFile && (_memoryBytes == 0 || _memoryBytes + part.Length <= memoryMax)))
        {
            _memory.Add(pool, part);
            _memoryBytes += part.Length;
            return true;
        }
        bool isGood = (_fd >= 0 || files.Create(out _fd) == Errno.Success)
            && PathIo.WriteAt(_fd, pool.Bytes(part), _written) == Errno.Success;
        _written += isGood ? part.Length : 0;
        pool.Return(part.Buffer);
        return isGood;
    }

    /// <summary>Takes the first part.</summary>
    /// <returns>False: there is none, or no buffer to read it into.</returns>
    internal bool TryTake(out BufferPart part)
    {
        part = default;
        if (_memory.Count > 0)
        {
            part = _memory.Take(pool);
            _memoryBytes -= part.Length;
            return true;
        }
        if (_read == _written || !pool.TryRent(out int buffer))
        {
            return false;
        }
        BufferPart room = pool.Room(buffer);
        Span<byte> bytes = pool.Bytes(room);
        bytes = bytes[..(int)Math.Min(bytes.Length, _written - _read)];
        if (PathIo.ReadAt(_fd, bytes, _read, out int count) != Errno.Success || count == 0)
        {
            pool.Return(buffer);
            return false;
        }
        _read += count;
        part = room with { Length = count };
        if (_read == _written)
        {
            _read = _written = 0; // from the start again: the file does not grow for ever
        }
        return true;
    }

    /// <summary>Forgets all.</summary>
    internal void Clear()
    {
        _memory.Clear(pool);
        _memoryBytes = _read = _written = 0;
        if (_fd >= 0)
        {
            PathIo.Close(_fd);
            _fd = -1;
        }
    }
}
