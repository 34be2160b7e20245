using System.Collections.Immutable;

namespace Holdfast.Proxy.Logs;

/// <summary>Which lines of each round are sent: <c>sample 1,3-4:10</c>.</summary>
/// <param name="Ranges">First and last number of each range, from 1.</param>
/// <param name="Size">Lines of a round.</param>
public sealed record LogSampling(ImmutableArray<(int First, int Last)> Ranges, int Size)
{
    /// <summary>Reads what stands behind the word; null: it is none.</summary>
    public static LogSampling? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(text[(colon + 1)..], out int size) || size < 1)
        {
            return null;
        }
        ImmutableArray<(int, int)>.Builder ranges = ImmutableArray.CreateBuilder<(int, int)>();
        foreach (string part in text[..colon].Split(','))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !int.TryParse(ends[0], out int first) || !int.TryParse(ends[^1], out int last))
            {
                return null;
            }
            ranges.Add((first, last));
        }
        return new LogSampling(ranges.ToImmutable(), size);
    }

    /// <summary>Whether a line is sent.</summary>
    /// <param name="number">Its number, from 0.</param>
    public bool Takes(long number)
    {
        int place = (int)(number % Size) + 1;
        foreach ((int first, int last) in Ranges)
        {
            if (place >= first && place <= last)
            {
                return true;
            }
        }
        return false;
    }
}
