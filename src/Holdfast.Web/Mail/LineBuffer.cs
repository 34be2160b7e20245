using System.Text;

namespace Holdfast.Web.Mail;

/// <summary>Bytes that have come, taken line by line. Used again.</summary>
/// <param name="size">Bytes at most.</param>
internal sealed class LineBuffer(int size)
{
    private readonly byte[] _bytes = new byte[size];
    private int _count;

    /// <summary>What is there.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _count);

    /// <summary>Adds bytes.</summary>
    /// <returns>False: they do not fit.</returns>
    internal bool TryAdd(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _bytes.Length - _count)
        {
            return false;
        }
        bytes.CopyTo(_bytes.AsSpan(_count));
        _count += bytes.Length;
        return true;
    }

    /// <summary>Takes a line, without its end.</summary>
    /// <returns>Null: no whole line is there.</returns>
    internal string? Take()
    {
        int end = Bytes.IndexOf((byte)'\n');
        if (end < 0)
        {
            return null;
        }
        int length = end > 0 && _bytes[end - 1] == '\r' ? end - 1 : end;
        string line = Encoding.Latin1.GetString(_bytes, 0, length);
        Skip(end + 1);
        return line;
    }

    /// <summary>Leaves the first bytes away.</summary>
    internal void Skip(int count)
    {
        _bytes.AsSpan(count, _count - count).CopyTo(_bytes);
        _count -= count;
    }

    internal void Clear() => _count = 0;
}
