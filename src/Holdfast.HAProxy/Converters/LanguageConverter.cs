using Holdfast.HAProxy.Fetches;
using Holdfast.Http.Headers;

namespace Holdfast.HAProxy.Converters;

/// <summary><c>language</c>: the one of a list that a client likes best.</summary>
internal static class LanguageConverter
{
    private const int FullWeight = 1000;

    public static void Register(Dictionary<string, StepFactory> table) => table.Register("language", static a =>
    {
        byte[][] known = [.. a.Text(0).Split(';').Select(Config.HAProxy.Model.ByteText.ToBytes)];
        byte[]? otherwise = a.Has(1) ? a.Bytes(1) : null;
        return (_, ref s) =>
        {
            byte[]? best = Best(s.Bytes, known) ?? otherwise;
            return best is not null && s.SetText(best);
        };
    });

    private static byte[]? Best(ReadOnlySpan<byte> wishes, byte[][] known)
    {
        byte[]? best = null;
        int weight = 0;
        foreach (Range range in wishes.Split((byte)','))
        {
            ReadOnlySpan<byte> wish = HttpText.Trim(wishes[range]);
            int end = wish.IndexOfAny((byte)';', HttpText.Sp, HttpText.Tab);
            ReadOnlySpan<byte> name = end < 0 ? wish : wish[..end];
            int own = end < 0 ? FullWeight : WeightOf(wish[end..]);
            if (own > weight && Find(name, known) is { } found)
            {
                (best, weight) = (found, own);
            }
        }
        return best;
    }

    /// <summary>The first one that is the name, or its part before a dash.</summary>
    private static byte[]? Find(ReadOnlySpan<byte> name, byte[][] known)
    {
        foreach (byte[] one in known)
        {
            if (one.Length > 0 && name.StartsWith(one) && (name.Length == one.Length || name[one.Length] == '-'))
            {
                return one;
            }
        }
        return null;
    }

    private static int WeightOf(ReadOnlySpan<byte> parameters)
    {
        int at = parameters.IndexOf("q="u8);
        if (at < 0)
        {
            return FullWeight;
        }
        int value = 0;
        int scale = FullWeight;
        bool isFraction = false;
        foreach (byte one in parameters[(at + 2)..])
        {
            if (one == '.' && !isFraction)
            {
                isFraction = true;
                continue;
            }
            if (!char.IsAsciiDigit((char)one) || scale == 0)
            {
                break;
            }
            scale /= isFraction ? 10 : 1;
            value = Math.Min(value + ((one - '0') * scale), FullWeight);
        }
        return value;
    }
}
