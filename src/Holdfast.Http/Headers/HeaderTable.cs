namespace Holdfast.Http.Headers;

/// <summary>
/// The field lines of one message, in their order, with the texts that edits have added. It is cleared and filled
/// again for every message, and allocates only until it has met the largest one.
/// </summary>
public sealed class HeaderTable
{
    private const int FieldsFirst = 16;
    private const int AddedFirst = 256;

    private readonly int _fieldsMax;
    private readonly int _addedMax;
    private HeaderField[] _fields = [];
    private byte[] _added = [];
    private int _addedLength;
    private ulong _present;

    /// <summary>An empty table.</summary>
    /// <param name="fieldsMax">The most field lines, removed ones counted.</param>
    /// <param name="addedMax">The most bytes of text that edits of one message may add.</param>
    public HeaderTable(int fieldsMax, int addedMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fieldsMax);
        ArgumentOutOfRangeException.ThrowIfNegative(addedMax);
        _fieldsMax = fieldsMax;
        _addedMax = addedMax;
    }

    /// <summary>Field lines, removed ones counted: the bound of an index.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of text that edits have added.</summary>
    public int AddedBytes => _addedLength;

    /// <summary>The field at an index.</summary>
    public ref readonly HeaderField this[int index] => ref Fields[index];

    internal ReadOnlySpan<HeaderField> Fields => _fields.AsSpan(0, Count);

    /// <summary>Whether a field of this id may be there: false is certain, true may be a field removed since.</summary>
    public bool MayHave(KnownHeader id) => (_present & (1ul << (int)id)) != 0;

    /// <summary>The next field of this id behind an index, removed ones left out.</summary>
    /// <param name="id">A known name, not <see cref="KnownHeader.Other"/>.</param>
    /// <param name="after">Index to search behind; -1 from the start.</param>
    /// <returns>Its index, or -1.</returns>
    public int Find(KnownHeader id, int after = -1)
    {
        if (!MayHave(id))
        {
            return -1;
        }
        ReadOnlySpan<HeaderField> fields = Fields;
        for (int i = after + 1; i < fields.Length; i++)
        {
            if (fields[i].Id == id && !fields[i].IsRemoved)
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>Forgets all fields and added texts; keeps the memory.</summary>
    public void Clear()
    {
        Count = 0;
        _addedLength = 0;
        _present = 0;
    }

    /// <summary>The bytes of a text.</summary>
    internal ReadOnlySpan<byte> Text(ReadOnlySpan<byte> received, TextRange range)
        => range.IsReceived
            ? received.Slice(range.Start, range.Length)
            : _added.AsSpan(range.Start, range.Length);

    /// <summary>Appends a field; false when the table is full.</summary>
    /// <remarks>
    /// Its members are stored one by one: copied as a whole, it would be read before the processor has stored its
    /// parts, which was a sixth of the time that a head took.
    /// </remarks>
    internal bool TryAppend(TextRange name, TextRange value, KnownHeader id)
    {
        if (Count == _fields.Length && !GrowFields())
        {
            return false;
        }
        ref HeaderField field = ref _fields[Count];
        field.Name = name;
        field.Value = value;
        field.Id = id;
        field.Flags = HeaderFlags.None;
        Count++;
        _present |= 1ul << (int)id;
        return true;
    }

    internal void SetValue(int index, TextRange value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        _fields[index].Value = value;
    }

    internal void Mark(int index, HeaderFlags flags)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        _fields[index].Flags |= flags;
    }

    /// <summary>Keeps a copy of a text; false when there is no room for it.</summary>
    internal bool TryKeep(ReadOnlySpan<byte> text, out TextRange range)
    {
        if (!TryReserve(text.Length, out Span<byte> room, out range))
        {
            return false;
        }
        text.CopyTo(room);
        return true;
    }

    /// <summary>Room among the added texts, for the caller to fill.</summary>
    internal bool TryReserve(int length, out Span<byte> room, out TextRange range)
    {
        range = default;
        room = default;
        if (length > _addedMax - _addedLength)
        {
            return false;
        }
        if (_addedLength + length > _added.Length)
        {
            int size = Math.Max(Math.Max(AddedFirst, _added.Length * 2), _addedLength + length);
            Array.Resize(ref _added, Math.Min(size, _addedMax));
        }
        range = TextRange.Added(_addedLength, length);
        room = _added.AsSpan(_addedLength, length);
        _addedLength += length;
        return true;
    }

    private bool GrowFields()
    {
        if (_fields.Length == _fieldsMax)
        {
            return false;
        }
        Array.Resize(ref _fields, Math.Min(Math.Max(FieldsFirst, _fields.Length * 2), _fieldsMax));
        return true;
    }
}
