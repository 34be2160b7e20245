namespace Holdfast.HAProxy.Samples;

/// <summary>Bytes that outlive an evaluation. The memory is kept for the next value.</summary>
public sealed class StoredBytes
{
    /// <summary>The longest value: one of HAProxy's buffers.</summary>
    public const int LengthMax = 16384;

    private byte[] _memory = [];
    private int _length;

    /// <summary>Whether there is a value, maybe an empty one.</summary>
    public bool HasValue { get; private set; }

    /// <summary>The value.</summary>
    public ReadOnlySpan<byte> Value => _memory.AsSpan(0, _length);

    /// <summary>Keeps a copy; false, and no value, when it is too long.</summary>
    public bool TryKeep(ReadOnlySpan<byte> value)
    {
        HasValue = value.Length <= LengthMax;
        _length = 0;
        if (!HasValue)
        {
            return false;
        }
        if (value.Length > _memory.Length)
        {
            _memory = new byte[Math.Min(LengthMax, Math.Max(value.Length, _memory.Length * 2))];
        }
        value.CopyTo(_memory);
        _length = value.Length;
        return true;
    }

    /// <summary>Forgets the value.</summary>
    public void Clear()
    {
        HasValue = false;
        _length = 0;
    }
}
