namespace Holdfast.Web.Streams;

/// <summary>Sizes that variables have made: bytes, with k or m behind them.</summary>
internal static class ByteSizes
{
    /// <summary>Reads one; 0 for what is none.</summary>
    internal static long Read(ReadOnlySpan<byte> text)
    {
        int shift = text is [.., (byte)'k' or (byte)'K'] ? 10 : text is [.., (byte)'m' or (byte)'M'] ? 20 : 0;
        return long.TryParse(shift > 0 ? text[..^1] : text, System.Globalization.NumberStyles.None, null,
            out long value) && value < long.MaxValue >> 20 ? value << shift : 0;
    }
}
