using Holdfast.Linux.Compression;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Compression;

/// <summary>How much a process may compress: streams at the same time, bytes in a second, processor time.</summary>
/// <remarks>
/// What is over a limit is sent as it came. Each loop counts for itself; a limit looks at the sum, which may be as old
/// as the last write of another loop.
/// </remarks>
public sealed class CompressionBudget
{
    private readonly CompressorPool[] _pools;
    private readonly int _streamsMax;
    private long _bytesMax;
    private int _streams;

    internal CompressionBudget(CompressionSettings settings, int loops)
    {
        Settings = settings;
        _streamsMax = (int)Math.Clamp(settings.MemoryMax / Deflater.MemoryBytes, 1, int.MaxValue);
        _bytesMax = settings.BytesPerSecondMax;
        _pools = [.. Enumerable.Range(0, loops).Select(_ => new CompressorPool(this))];
    }

    internal CompressionSettings Settings { get; }

    /// <summary>Bytes given to compression in a second, at most; 0: no limit. Any thread may set it.</summary>
    public long BytesPerSecondMax
    {
        get => Volatile.Read(ref _bytesMax);
        set => Volatile.Write(ref _bytesMax, value);
    }

    /// <summary>Bytes that streams take.</summary>
    public long MemoryBytes => (long)Volatile.Read(ref _streams) * Deflater.MemoryBytes;

    /// <summary>Bytes given to compression in the last second.</summary>
    /// <param name="now">Milliseconds of the loops' clock.</param>
    public long BytesIn(long now)
    {
        long sum = 0;
        foreach (CompressorPool pool in _pools)
        {
            sum += pool.In.At(now);
        }
        return sum;
    }

    /// <summary>Bytes that compression has made in the last second.</summary>
    /// <param name="now">Milliseconds of the loops' clock.</param>
    public long BytesOut(long now)
    {
        long sum = 0;
        foreach (CompressorPool pool in _pools)
        {
            sum += pool.Out.At(now);
        }
        return sum;
    }

    internal CompressorPool Of(int loop) => _pools[loop];

    internal bool TryEnter()
    {
        if (Interlocked.Increment(ref _streams) <= _streamsMax)
        {
            return true;
        }
        Leave();
        return false;
    }

    internal void Leave() => Interlocked.Decrement(ref _streams);
}
