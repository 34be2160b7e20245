using System.Collections.Immutable;

namespace Holdfast.Config.Keepalived.Planning;

/// <summary>One keyword of a kind of block: how its value reads, and what another value does.</summary>
/// <param name="Keyword">As it is written in the file.</param>
/// <param name="Text">The value as text; values are the same exactly when their texts are.</param>
/// <param name="Effect">What another value does.</param>
internal sealed record Field<T>(string Keyword, Func<T, string> Text, Func<T, T, string> Effect)
{
    public Field(string keyword, Func<T, string> text, string effect)
        : this(keyword, text, (_, _) => effect)
    {
    }

    /// <summary>Whether the value must not be shown.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Whether the daemon takes another value only when it is started again.</summary>
    public bool NeedsRestart { get; init; }

    public PlannedChange? Compare(T before, T now)
    {
        string from = Text(before);
        string to = Text(now);
        if (from == to)
        {
            return null;
        }
        return new PlannedChange(
            Keyword, IsSecret ? Masked(from) : Shown(from), IsSecret ? Masked(to) : Shown(to), Effect(before, now));
    }

    private static string Masked(string text) => text.Length == 0 ? Absent : "(hidden)";

    private static string Shown(string text) => text.Length == 0 ? Absent : text;

    private const string Absent = "(none)";
}

/// <summary>A keyword whose value is a list of lines, each of which comes, goes or stays.</summary>
/// <param name="Keyword">As it is written in the file.</param>
/// <param name="Lines">The lines: what identifies each, and the whole of it.</param>
/// <param name="Added">What a new line does.</param>
/// <param name="Removed">What the end of a line does.</param>
/// <param name="Changed">What a line does that goes on with other words.</param>
internal sealed record ListField<T>(
    string Keyword, Func<T, IEnumerable<(string Key, string Text)>> Lines, string Added, string Removed, string Changed)
{
    public IEnumerable<PlannedChange> Compare(T before, T now)
    {
        (string Key, string Text)[] old = [.. Lines(before)];
        (string Key, string Text)[] wanted = [.. Lines(now)];
        if (old.SequenceEqual(wanted))
        {
            return [];
        }
        return Differences(old, wanted);
    }

    private IEnumerable<PlannedChange> Differences((string Key, string Text)[] old, (string Key, string Text)[] wanted)
    {
        Dictionary<string, Queue<string>> left = [];
        foreach ((string key, string text) in old)
        {
            (left.TryGetValue(key, out Queue<string>? queue) ? queue : left[key] = new()).Enqueue(text);
        }
        bool any = false;
        foreach ((string key, string text) in wanted)
        {
            if (!left.TryGetValue(key, out Queue<string>? queue) || !queue.TryDequeue(out string? from))
            {
                any = true;
                yield return new PlannedChange(Keyword, null, text, Added);
            }
            else if (from != text)
            {
                any = true;
                yield return new PlannedChange(Keyword, from, text, Changed);
            }
        }
        foreach (string gone in left.Values.SelectMany(static queue => queue))
        {
            any = true;
            yield return new PlannedChange(Keyword, gone, null, Removed);
        }
        if (!any)
        {
            yield return new PlannedChange(Keyword, "one order", "another order", "the order alone is another");
        }
    }
}

/// <summary>All keywords of a kind of block.</summary>
internal sealed record FieldTable<T>(ImmutableArray<Field<T>> Fields, ImmutableArray<ListField<T>> Lists)
{
    public ImmutableArray<PlannedChange> Compare(T before, T now)
        => [.. Fields.Select(f => f.Compare(before, now)).OfType<PlannedChange>(),
            .. Lists.SelectMany(l => l.Compare(before, now))];
}
