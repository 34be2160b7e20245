using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>
/// A head together with the buffer that it was parsed from: what rules read and edit. Reading after an edit sees it.
/// </summary>
/// <param name="buffer">From the message's first byte on.</param>
/// <param name="head">Its parsed head.</param>
public readonly ref partial struct HeadView(ReadOnlySpan<byte> buffer, H1Head head)
{
    private readonly ReadOnlySpan<byte> _buffer = buffer;

    /// <summary>The head.</summary>
    public H1Head Head { get; } = head;

    /// <summary>Request: the method.</summary>
    public ReadOnlySpan<byte> Method => Text(Head.MethodText);

    /// <summary>Request: the whole target.</summary>
    public ReadOnlySpan<byte> Target => Text(Head.Target);

    /// <summary>Request: the scheme of an absolute target; else empty.</summary>
    public ReadOnlySpan<byte> Scheme => RequestTargets.SchemeOf(Target, Head.Form);

    /// <summary>Request: host and port in the target; empty in origin and asterisk form.</summary>
    public ReadOnlySpan<byte> Authority => Text(Head.Authority);

    /// <summary>Request: the path, without query.</summary>
    public ReadOnlySpan<byte> Path => Text(Head.Path);

    /// <summary>Request: what is behind "?".</summary>
    public ReadOnlySpan<byte> Query => Text(Head.Query);

    /// <summary>Response: the reason.</summary>
    public ReadOnlySpan<byte> Reason => Text(Head.Reason);

    /// <summary>The start line as received, without its end: for logs. Edits are not in it.</summary>
    public ReadOnlySpan<byte> ReceivedStartLine
    {
        get
        {
            ReadOnlySpan<byte> rest = _buffer[Math.Min(Head.StartLine, _buffer.Length)..];
            int end = rest.IndexOfAny(HttpText.Cr, HttpText.Lf);
            return end < 0 ? rest : rest[..end];
        }
    }

    /// <summary>
    /// Whether it asks for an upgrade that we pass on, or answers with one; not when edits removed it.
    /// </summary>
    public bool OffersUpgrade => Head.Has(ConnectionFacts.Upgrade) && Find(KnownHeader.Upgrade) >= 0;

    /// <summary>Name of the field at an index.</summary>
    public ReadOnlySpan<byte> NameAt(int index) => Text(Head.Headers[index].Name);

    /// <summary>Value of the field at an index.</summary>
    public ReadOnlySpan<byte> ValueAt(int index) => Text(Head.Headers[index].Value);

    /// <summary>The bytes of a text of this message.</summary>
    public ReadOnlySpan<byte> Text(TextRange range) => Head.Headers.Text(_buffer, range);

    /// <summary>The next field of a known name behind an index; -1 when there is none.</summary>
    public int Find(KnownHeader id, int after = -1) => Head.Headers.Find(id, after);

    /// <summary>The next field of a name behind an index; -1 when there is none.</summary>
    public int Find(ReadOnlySpan<byte> name, int after = -1)
    {
        KnownHeader id = KnownHeaders.Find(name);
        if (id != KnownHeader.Other)
        {
            return Head.Headers.Find(id, after);
        }
        HeaderTable headers = Head.Headers;
        for (int i = after + 1; i < headers.Count; i++)
        {
            if (IsNamed(headers[i], name))
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>The last field of a name; -1 when there is none.</summary>
    public int FindLast(ReadOnlySpan<byte> name)
    {
        int last = -1;
        for (int i = Find(name); i >= 0; i = Find(name, i))
        {
            last = i;
        }
        return last;
    }

    /// <summary>Value of the first field of a known name; empty when there is none.</summary>
    public ReadOnlySpan<byte> First(KnownHeader id)
        => Find(id) is var index and >= 0 ? ValueAt(index) : [];

    /// <summary>How many fields have the name (HAProxy: fhdr_cnt).</summary>
    public int CountFields(ReadOnlySpan<byte> name)
    {
        int count = 0;
        for (int i = Find(name); i >= 0; i = Find(name, i))
        {
            count++;
        }
        return count;
    }

    /// <summary>How many members the fields of the name have together (HAProxy: hdr_cnt).</summary>
    public int CountValues(ReadOnlySpan<byte> name)
    {
        int count = 0;
        foreach (ReadOnlySpan<byte> _ in Values(name))
        {
            count++;
        }
        return count;
    }

    /// <summary>All comma-separated members of all fields of a name, in order.</summary>
    public FieldValues Values(ReadOnlySpan<byte> name) => new(this, name);

    /// <summary>One whole field (HAProxy: fhdr).</summary>
    /// <param name="name">Its name.</param>
    /// <param name="occurrence">1 is the first one, -1 the last one.</param>
    /// <param name="value">Its value.</param>
    public bool TryField(ReadOnlySpan<byte> name, int occurrence, out ReadOnlySpan<byte> value)
    {
        value = default;
        int nth = occurrence >= 0 ? occurrence : CountFields(name) + 1 + occurrence;
        for (int i = Find(name); i >= 0 && nth > 0; i = Find(name, i))
        {
            if (--nth == 0)
            {
                value = ValueAt(i);
                return true;
            }
        }
        return false;
    }

    /// <summary>One comma-separated member (HAProxy: hdr).</summary>
    /// <param name="name">The fields' name.</param>
    /// <param name="occurrence">1 is the first one, -1 the last one; over all fields of the name.</param>
    /// <param name="value">The member, without the blanks around it.</param>
    public bool TryValue(ReadOnlySpan<byte> name, int occurrence, out ReadOnlySpan<byte> value)
    {
        value = default;
        int nth = occurrence >= 0 ? occurrence : CountValues(name) + 1 + occurrence;
        foreach (ReadOnlySpan<byte> member in Values(name))
        {
            if (nth > 0 && --nth == 0)
            {
                value = member;
                return true;
            }
        }
        return false;
    }

    private bool IsNamed(in HeaderField field, ReadOnlySpan<byte> name)
        => !field.IsRemoved && field.Name.Length == name.Length && HttpText.EqualsIgnoreCase(Text(field.Name), name);
}
