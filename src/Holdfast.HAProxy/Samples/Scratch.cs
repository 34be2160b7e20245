namespace Holdfast.HAProxy.Samples;

/// <summary>
/// Memory for what expressions make: handed out from the front, and taken back all at once. It grows to what the
/// largest evaluation needed, up to a bound, and allocates nothing afterwards.
/// </summary>
public sealed class Scratch
{
    /// <summary>The most bytes of one evaluation: four of HAProxy's buffers.</summary>
    public const int LengthMax = 1 << 16;

    private const int LengthFirst = 1024;
    private byte[] _memory = [];
    private int _used;

    /// <summary>How far it is used: to be given to <see cref="Release"/>.</summary>
    public int Mark => _used;

    /// <summary>Room for bytes; false when the bound is met.</summary>
    public bool TryTake(int length, out Span<byte> room)
    {
        room = default;
        if (length > LengthMax - _used)
        {
            return false;
        }
        if (length > _memory.Length - _used)
        {
            // Spans into the old memory keep it alive; what stands in it is not moved.
            int size = Math.Max(Math.Max(LengthFirst, _memory.Length * 2), _used + length);
            byte[] larger = new byte[Math.Min(size, LengthMax)];
            _memory = larger;
        }
        room = _memory.AsSpan(_used, length);
        _used += length;
        return true;
    }

    /// <summary>Gives back the end of the last room that was taken.</summary>
    public void Shrink(int by) => _used -= by;

    /// <summary>Takes everything behind a mark back.</summary>
    public void Release(int mark) => _used = mark;
}
