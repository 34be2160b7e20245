using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Samples;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Patterns;

/// <summary>
/// Patterns under one name: a file of an ACL, a map, or those of one line. All ACLs and converters that name the same
/// file share them. Readers take the index that was published last; a change makes new indexes.
/// </summary>
/// <param name="name">Name of the file; empty: those of a line.</param>
/// <param name="id">Number at the runtime API.</param>
public sealed partial class PatternReference(string name, int id)
{
    private readonly Lock _writing = new();
    private readonly List<PatternSet> _sets = [];
    private ImmutableList<PatternEntry> _entries = [];
    private int _nextId;

    /// <summary>Name of the file; empty: those of a line.</summary>
    public string Name { get; } = name;

    /// <summary>Number at the runtime API: <c>-u</c>, or by position.</summary>
    public int Id { get; } = id;

    /// <summary>Whether a map converter reads it.</summary>
    public bool IsMap { get; internal set; }

    /// <summary>Whether an ACL reads it.</summary>
    public bool IsAcl { get; internal set; }

    /// <summary>Where it is named first, for <c>show map</c> and <c>show acl</c>; null: not known.</summary>
    public SourceSpan? Span { get; internal set; }

    /// <summary>What names it first: the ACL's fetch, or "map". Default: empty.</summary>
    public string NamedBy { get; internal set; } = "";

    /// <summary>Its entries now, in order.</summary>
    public IReadOnlyList<PatternEntry> Entries => Volatile.Read(ref _entries);

    /// <summary>Whether a pattern of this text is there.</summary>
    public bool Contains(string text) => Entries.Any(e => e.Text == text);

    /// <summary>Adds a pattern behind the others (<c>add acl</c>, <c>add map</c>).</summary>
    public void Add(string text, string? value, bool ignoreCase = false)
    {
        lock (_writing)
        {
            Publish(_entries.Add(PatternEntry.Of(_nextId++, text, value, ignoreCase)));
        }
    }

    /// <summary>Adds patterns at once.</summary>
    internal void AddRange(IEnumerable<PatternEntry> entries)
    {
        lock (_writing)
        {
            Publish(_entries.AddRange(entries.Select(e => e with { Id = _nextId++ })));
        }
    }

    /// <summary>Adds a pattern unless it is there (<c>http-request add-acl</c>).</summary>
    public void AddOnce(string text)
    {
        if (!Contains(text))
        {
            Add(text, null);
        }
    }

    /// <summary>Gives a key another value, or adds it (<c>http-request set-map</c>).</summary>
    public void Set(string key, string value)
    {
        lock (_writing)
        {
            int at = _entries.FindIndex(e => e.Text == key);
            if (at < 0)
            {
                Publish(_entries.Add(PatternEntry.Of(_nextId++, key, value, false)));
            }
            else if (_entries[at].Value != value)
            {
                PatternEntry old = _entries[at];
                Publish(_entries.SetItem(at, PatternEntry.Of(old.Id, key, value, old.IgnoreCase)));
            }
        }
    }

    /// <summary>Removes all patterns of this text; false when there is none.</summary>
    public bool Remove(string text)
    {
        lock (_writing)
        {
            ImmutableList<PatternEntry> left = _entries.RemoveAll(e => e.Text == text);
            bool found = left.Count < _entries.Count;
            if (found)
            {
                Publish(left);
            }
            return found;
        }
    }

    /// <summary>Removes all patterns (<c>clear acl</c>, <c>clear map</c>).</summary>
    public void Clear()
    {
        lock (_writing)
        {
            Publish([]);
        }
    }

    /// <summary>Its patterns for a matching method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="regex">Compiles regular expressions.</param>
    /// <param name="ignoreCase">Whether case counts in none of them: the file is shared, <c>-i</c> is not.</param>
    internal PatternSet For(MatchMethod method, IRegexFactory regex, bool ignoreCase = false)
    {
        lock (_writing)
        {
            PatternSet? found = _sets.Find(s => s.Method == method && s.IgnoresCase == ignoreCase);
            if (found is null)
            {
                _sets.Add(found = new PatternSet(method, regex, ignoreCase));
                found.Publish(_entries);
            }
            return found;
        }
    }

    private void Publish(ImmutableList<PatternEntry> entries)
    {
        foreach (PatternSet set in _sets)
        {
            set.Publish(entries);
        }
        Volatile.Write(ref _entries, entries);
    }
}

/// <summary>The patterns of a reference for one matching method.</summary>
internal sealed class PatternSet(MatchMethod method, IRegexFactory regex, bool ignoreCase)
{
    private volatile PatternIndex _index = PatternIndex.Build(method, [], regex);

    public MatchMethod Method => method;

    public bool IgnoresCase => ignoreCase;

    public PatternIndex Index => _index;

    public PatternEntry? Find(RequestContext context, ref Sample sample) => _index.Find(context, ref sample);

    /// <summary>Makes an index of one pattern, which throws where that is none.</summary>
    public void Try(PatternEntry entry) => _ = PatternIndex.Build(method, [entry], regex);

    public void Publish(IReadOnlyList<PatternEntry> entries) => _index = PatternIndex.Build(
        method, ignoreCase ? [.. entries.Select(static e => e with { IgnoreCase = true })] : entries, regex);
}

/// <summary>All references of a configuration.</summary>
public sealed class PatternRegistry
{
    private readonly Dictionary<string, PatternReference> _named = new(StringComparer.Ordinal);
    private readonly HashSet<string> _filled = new(StringComparer.Ordinal);
    private readonly List<PatternReference> _all = [];

    /// <summary>All of them, in the order in which they were first named.</summary>
    public IReadOnlyList<PatternReference> All => _all;

    /// <summary>The one of a file name; null when nothing names it.</summary>
    public PatternReference? Find(string name) => _named.GetValueOrDefault(name);

    /// <summary>The one of a number; null when there is none.</summary>
    public PatternReference? Find(int id) => _all.Find(r => r.Id == id);

    /// <summary>The one of a file name, filled when somebody names it first who knows what is in it.</summary>
    internal PatternReference Named(string name, Func<IEnumerable<PatternEntry>> fill)
    {
        PatternReference found = Named(name);
        if (_filled.Add(name))
        {
            found.AddRange(fill());
        }
        return found;
    }

    /// <summary>The same for a rule that changes it, and may stand before what reads it.</summary>
    internal PatternReference Named(string name)
    {
        if (!_named.TryGetValue(name, out PatternReference? found))
        {
            found = _named[name] = new PatternReference(name, _all.Count);
            _all.Add(found);
        }
        return found;
    }

    /// <summary>One without a file.</summary>
    internal PatternReference Anonymous(IEnumerable<PatternEntry> entries)
    {
        var made = new PatternReference("", _all.Count);
        made.AddRange(entries);
        _all.Add(made);
        return made;
    }
}
