namespace Holdfast.Proxy.Options;

/// <summary>What holds for all compression of a process.</summary>
public sealed record CompressionSettings
{
    /// <summary>1, fast, to 9, small: tune.comp.maxlevel. Default 1.</summary>
    public int Level { get; init; } = 1;

    /// <summary>Bytes given to compression in a second, at most: maxcomprate. Default 0: no limit.</summary>
    public long BytesPerSecondMax { get; init; }

    /// <summary>Percent of a loop's time above which nothing new is compressed: maxcompcpuusage. Default 100: no limit.
    /// </summary>
    public int ProcessorPercentMax { get; init; } = 100;

    /// <summary>Bytes of memory for streams that compress, at most: maxzlibmem. Default 256 MiB, some 950 streams.
    /// </summary>
    public long MemoryMax { get; init; } = 256L << 20;
}
