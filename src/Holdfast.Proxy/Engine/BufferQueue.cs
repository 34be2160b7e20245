using Holdfast.Linux.Memory;

namespace Holdfast.Proxy.Engine;

/// <summary>Parts in order, each of a buffer of its own, linked through the pool: a queue without memory.</summary>
internal struct BufferQueue
{
    private int _head;
    private int _tail;

    /// <summary>How many parts.</summary>
    internal int Count { get; private set; }

    internal void Add(BufferPool pool, BufferPart part)
    {
        pool.PartOf(part.Buffer) = part;
        pool.NextOf(part.Buffer) = -1;
        if (Count++ == 0)
        {
            _head = part.Buffer;
        }
        else
        {
            pool.NextOf(_tail) = part.Buffer;
        }
        _tail = part.Buffer;
    }

    /// <summary>Adds a part before all others.</summary>
    internal void Prepend(BufferPool pool, BufferPart part)
    {
        pool.PartOf(part.Buffer) = part;
        pool.NextOf(part.Buffer) = Count == 0 ? -1 : _head;
        _head = part.Buffer;
        if (Count++ == 0)
        {
            _tail = part.Buffer;
        }
    }

    /// <summary>Takes the first part; there must be one.</summary>
    internal BufferPart Take(BufferPool pool)
    {
        BufferPart part = pool.PartOf(_head);
        _head = pool.NextOf(_head);
        Count--;
        return part;
    }

    /// <summary>Copies the first parts out, which stay.</summary>
    /// <returns>How many were copied.</returns>
    internal readonly int Peek(BufferPool pool, Span<BufferPart> parts)
    {
        int buffer = _head;
        int count = Math.Min(Count, parts.Length);
        for (int i = 0; i < count; i++)
        {
            parts[i] = pool.PartOf(buffer);
            buffer = pool.NextOf(buffer);
        }
        return count;
    }

    /// <summary>Removes bytes that were sent, and returns the buffers that are done.</summary>
    internal void Skip(BufferPool pool, int bytes)
    {
        while (Count > 0)
        {
            ref BufferPart part = ref pool.PartOf(_head);
            if (bytes < part.Length)
            {
                part = new(part.Buffer, part.Offset + bytes, part.Length - bytes);
                return;
            }
            bytes -= part.Length;
            int done = _head;
            _head = pool.NextOf(done);
            Count--;
            pool.Return(done);
        }
    }

    /// <summary>Returns all buffers.</summary>
    internal void Clear(BufferPool pool)
    {
        while (Count > 0)
        {
            pool.Return(Take(pool).Buffer);
        }
    }
}
