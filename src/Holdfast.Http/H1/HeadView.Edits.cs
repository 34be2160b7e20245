using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>
/// Edits. What is added is checked before it is kept, so no text, wherever it comes from, can end a line: nothing can
/// be injected. Content-Length and Transfer-Encoding are written from <see cref="H1Head.Body"/>, whatever edits say.
/// </summary>
public readonly ref partial struct HeadView
{
    /// <summary>Appends a field behind all others.</summary>
    public EditResult Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!HttpText.IsToken(name))
        {
            return EditResult.BadName;
        }
        ReadOnlySpan<byte> trimmed = HttpText.Trim(value);
        if (trimmed.ContainsAny(HttpText.Control))
        {
            return EditResult.BadValue;
        }
        HeaderTable headers = Head.Headers;
        return headers.TryKeep(name, out TextRange nameText) && headers.TryKeep(trimmed, out TextRange valueText)
            && headers.TryAppend(nameText, valueText, KnownHeaders.Find(name))
            ? EditResult.Done : EditResult.NoRoom;
    }

    /// <summary>Removes all fields of the name, and appends one (HAProxy: set-header).</summary>
    public EditResult Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int before = Head.Headers.Count;
        EditResult result = Add(name, value);
        if (result == EditResult.Done)
        {
            RemoveUpTo(name, before);
        }
        return result;
    }

    /// <summary>Removes all fields of the name; says how many there were.</summary>
    public int Remove(ReadOnlySpan<byte> name) => RemoveUpTo(name, Head.Headers.Count);

    /// <summary>Removes one field.</summary>
    public void RemoveAt(int index) => Head.Headers.Mark(index, HeaderFlags.Removed);

    /// <summary>Gives a field another value, in its place (HAProxy: replace-header).</summary>
    public EditResult SetValueAt(int index, ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> trimmed = HttpText.Trim(value);
        if (trimmed.ContainsAny(HttpText.Control))
        {
            return EditResult.BadValue;
        }
        HeaderTable headers = Head.Headers;
        if (!headers.TryKeep(trimmed, out TextRange text))
        {
            return EditResult.NoRoom;
        }
        headers.SetValue(index, text);
        return EditResult.Done;
    }

    /// <summary>Replaces a part of a field's value: one member of a list (HAProxy: replace-value).</summary>
    /// <param name="index">The field.</param>
    /// <param name="start">Where the part begins in its value.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="value">What stands there instead.</param>
    public EditResult ReplaceInValue(int index, int start, int end, ReadOnlySpan<byte> value)
    {
        if (value.ContainsAny(HttpText.Control))
        {
            return EditResult.BadValue;
        }
        ReadOnlySpan<byte> old = ValueAt(index);
        int length = start + value.Length + old.Length - end;
        HeaderTable headers = Head.Headers;
        if (!headers.TryReserve(length, out Span<byte> room, out TextRange text))
        {
            return EditResult.NoRoom;
        }
        // Reserving may have moved the added texts, so the old value is looked up again.
        old = ValueAt(index);
        old[..start].CopyTo(room);
        value.CopyTo(room[start..]);
        old[end..].CopyTo(room[(start + value.Length)..]);
        headers.SetValue(index, text);
        return EditResult.Done;
    }

    /// <summary>
    /// Gives a request another method. CONNECT can be neither made nor unmade, and only OPTIONS has the target "*".
    /// </summary>
    public EditResult SetMethod(ReadOnlySpan<byte> method)
    {
        RequestMethod id = RequestMethods.Find(method);
        if (!HttpText.IsToken(method) || id == RequestMethod.Connect || Head.Method == RequestMethod.Connect
            || (Head.Form == TargetForm.Asterisk && id != RequestMethod.Options))
        {
            return EditResult.BadValue;
        }
        if (!Head.Headers.TryKeep(method, out TextRange text))
        {
            return EditResult.NoRoom;
        }
        Head.MethodText = text;
        Head.Method = id;
        return EditResult.Done;
    }

    /// <summary>Gives a request another target (HAProxy: set-uri).</summary>
    public EditResult SetTarget(ReadOnlySpan<byte> target)
    {
        if (!HttpText.IsTarget(target))
        {
            return EditResult.BadValue;
        }
        return Head.Headers.TryKeep(target, out TextRange text) ? TakeTarget(text) : EditResult.NoRoom;
    }

    /// <summary>Gives a request another path; its query stays (HAProxy: set-path).</summary>
    /// <param name="path">From its "/" on. It may hold a "?": what is behind goes before the query that stays.</param>
    public EditResult SetPath(ReadOnlySpan<byte> path)
        => SetPathAndQuery(path, Head.HasQuery ? Target[(Head.Path.End - Head.Target.Start)..] : [], separator: false);

    /// <summary>Gives a request another path with query (HAProxy: set-pathq).</summary>
    public EditResult SetPathAndQuery(ReadOnlySpan<byte> path) => SetPathAndQuery(path, [], separator: false);

    /// <summary>Gives a request another query; empty takes it away with its "?" (HAProxy: set-query).</summary>
    public EditResult SetQuery(ReadOnlySpan<byte> query) => SetPathAndQuery(Path, query, !query.IsEmpty);

    /// <summary>Gives a response another status, 200 to 999, and reason. An interim response stays one.</summary>
    public EditResult SetStatus(int status, ReadOnlySpan<byte> reason)
    {
        if (status is < 200 or > 999 || Head.Status < 200 || reason.ContainsAny(HttpText.Control))
        {
            return EditResult.BadValue;
        }
        if (!Head.Headers.TryKeep(reason, out TextRange text))
        {
            return EditResult.NoRoom;
        }
        Head.Status = status;
        Head.Reason = text;
        return EditResult.Done;
    }

    private EditResult SetPathAndQuery(ReadOnlySpan<byte> path, ReadOnlySpan<byte> rest, bool separator)
    {
        bool isPath = path.IsEmpty ? Head.Form == TargetForm.Absolute : HttpText.IsTarget(path) && path[0] == '/';
        if (!isPath || Head.Form is TargetForm.Authority or TargetForm.Asterisk
            || (!rest.IsEmpty && !HttpText.IsTarget(rest)))
        {
            return EditResult.BadValue;
        }
        int prefix = Head.Form == TargetForm.Absolute ? Head.Authority.End - Head.Target.Start : 0;
        int mark = separator ? 1 : 0;
        int length = prefix + path.Length + mark + rest.Length;
        HeaderTable headers = Head.Headers;
        if (!headers.TryReserve(length, out Span<byte> room, out TextRange text))
        {
            return EditResult.NoRoom;
        }
        // The old parts stay where they were when the added texts move: these spans still show them.
        Target[..prefix].CopyTo(room);
        path.CopyTo(room[prefix..]);
        if (separator)
        {
            room[prefix + path.Length] = (byte)'?';
        }
        rest.CopyTo(room[(prefix + path.Length + mark)..]);
        return TakeTarget(text);
    }

    private EditResult TakeTarget(TextRange text)
    {
        (TextRange Target, TextRange Authority, TextRange Path, TextRange Query, TargetForm Form, bool HasQuery) old
            = (Head.Target, Head.Authority, Head.Path, Head.Query, Head.Form, Head.HasQuery);
        Head.Target = text;
        if (RequestTargets.Split(Text(text), Head, out _) == H1Error.None)
        {
            return EditResult.Done;
        }
        (Head.Target, Head.Authority, Head.Path, Head.Query, Head.Form, Head.HasQuery) = old;
        return EditResult.BadValue;
    }

    private int RemoveUpTo(ReadOnlySpan<byte> name, int bound)
    {
        int removed = 0;
        for (int i = Find(name); i >= 0 && i < bound; i = Find(name, i))
        {
            Head.Headers.Mark(i, HeaderFlags.Removed);
            removed++;
        }
        return removed;
    }
}
