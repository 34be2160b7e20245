using Holdfast.Http.Headers;

namespace Holdfast.Web.Http.Answers;

/// <summary>The head of an answer on its way through the filters, until it is written.</summary>
/// <remarks>
/// What the server itself decides on (length, type, date of the content, the connection) has places of its own;
/// everything else is in the list. Texts are the request's: they hold until it ends.
/// </remarks>
internal sealed class AnswerHead
{
    private const int FieldsFirst = 16;

    private AnswerField[] _fields = new AnswerField[FieldsFirst];

    /// <summary>100 to 999; 0: there is none yet.</summary>
    internal int Status { get; set; }

    /// <summary>What stands behind the status; empty: the usual phrase.</summary>
    internal ReadOnlyMemory<byte> Reason { get; set; }

    /// <summary>Bytes of the body; −1: not known.</summary>
    internal long ContentLength { get; set; } = -1;

    /// <summary>Content-Type without charset; empty: none.</summary>
    internal ReadOnlyMemory<byte> ContentType { get; set; }

    /// <summary>The charset of Content-Type; empty: none.</summary>
    internal ReadOnlyMemory<byte> Charset { get; set; }

    /// <summary>Last-Modified in seconds since 1970; −1: not known.</summary>
    internal long LastModified { get; set; } = -1;

    /// <summary>Location, perhaps without scheme and host yet; empty: none.</summary>
    internal ReadOnlyMemory<byte> Location { get; set; }

    /// <summary>Whether parts of the body may be asked for.</summary>
    internal bool AllowsRanges { get; set; }

    /// <summary>Whether Vary names Accept-Encoding.</summary>
    internal bool VariesByEncoding { get; set; }

    /// <summary>Whether Server is left to a peer, which has none.</summary>
    internal bool OmitsServer { get; set; }

    /// <summary>Whether Date is left to a peer, which has none.</summary>
    internal bool OmitsDate { get; set; }

    /// <summary>Whether the body is sent in chunks; known once it is written.</summary>
    internal bool IsChunked { get; set; }

    /// <summary>Whether the connection goes on behind it; known once it is written.</summary>
    internal bool KeepsAlive { get; set; }

    /// <summary>The fields, removed ones among them.</summary>
    internal Span<AnswerField> Fields => _fields.AsSpan(0, Count);

    /// <summary>How many fields, removed ones counted.</summary>
    internal int Count { get; private set; }

    /// <summary>Adds a field behind the others.</summary>
    internal void Add(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value)
        => Add(name, value, KnownHeaders.Find(name.Span));

    /// <summary>The same for one whose name was looked up.</summary>
    internal void Add(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value, KnownHeader id)
    {
        if (Count == _fields.Length)
        {
            Array.Resize(ref _fields, _fields.Length * 2);
        }
        _fields[Count++] = new AnswerField { Name = name, Value = value, Id = id };
    }

    /// <summary>The place of the first field of a name that is behind another one; −1: there is none.</summary>
    internal int Find(KnownHeader id, int after = -1)
    {
        for (int i = after + 1; i < Count; i++)
        {
            if (_fields[i].Id == id && !_fields[i].IsRemoved)
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>The same by name, in any case.</summary>
    internal int Find(ReadOnlySpan<byte> name, int after = -1)
    {
        for (int i = after + 1; i < Count; i++)
        {
            if (!_fields[i].IsRemoved && HttpText.EqualsIgnoreCase(_fields[i].Name.Span, name))
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>Takes all fields of a name away.</summary>
    internal void Remove(KnownHeader id)
    {
        for (int i = Find(id); i >= 0; i = Find(id, i))
        {
            _fields[i].IsRemoved = true;
        }
    }

    /// <summary>Puts a field in place of all of its name.</summary>
    internal void Set(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value, KnownHeader id)
    {
        Remove(id);
        Add(name, value, id);
    }

    /// <summary>The content changes: what spoke of its bytes is not true any more.</summary>
    internal void ForgetLength()
    {
        ContentLength = -1;
        AllowsRanges = false;
        Remove(KnownHeader.AcceptRanges);
    }

    /// <summary>Makes it ready for another answer.</summary>
    internal void Clear()
    {
        Fields.Clear();
        Count = 0;
        Status = 0;
        Reason = ContentType = Charset = Location = default;
        ContentLength = LastModified = -1;
        OmitsServer = OmitsDate = AllowsRanges = VariesByEncoding = IsChunked = KeepsAlive = false;
    }
}
