using System.Text;

namespace Holdfast.Fuzz;

/// <summary>Changes inputs at random. The seed decides all, so a fault is found again by its number.</summary>
/// <param name="seed">Where the run begins.</param>
/// <param name="words">Texts that mean something to the parser.</param>
public sealed class Mutator(int seed, string[] words)
{
    private const int LengthMax = 4096;
    private readonly Random _random = new(seed);

    /// <summary>A changed copy of one of the inputs, maybe crossed with another.</summary>
    public byte[] Next(IReadOnlyList<byte[]> corpus)
    {
        List<byte> bytes = [.. corpus[_random.Next(corpus.Count)]];
        for (int i = 1 << _random.Next(4); i > 0; i--)
        {
            Change(bytes, corpus);
        }
        if (bytes.Count > LengthMax)
        {
            bytes.RemoveRange(LengthMax, bytes.Count - LengthMax);
        }
        return [.. bytes];
    }

    private void Change(List<byte> bytes, IReadOnlyList<byte[]> corpus)
    {
        int at = _random.Next(bytes.Count + 1);
        int rest = bytes.Count - at;
        switch (_random.Next(rest == 0 ? 3 : 8))
        {
            case 0:
                bytes.InsertRange(at, Encoding.Latin1.GetBytes(words[_random.Next(words.Length)]));
                break;
            case 1:
                bytes.Insert(at, (byte)_random.Next(256));
                break;
            case 2:
                byte[] other = corpus[_random.Next(corpus.Count)];
                int from = _random.Next(other.Length + 1);
                bytes.InsertRange(at, other[from..Math.Min(other.Length, from + _random.Next(64))]);
                break;
            case 3:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 4:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 5:
                bytes.RemoveRange(at, Math.Min(rest, 1 + _random.Next(8)));
                break;
            case 6:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(rest, 1 + _random.Next(32))));
                break;
            default:
                bytes[at] = (byte)(bytes[at] + _random.Next(-3, 4));
                break;
        }
    }
}
