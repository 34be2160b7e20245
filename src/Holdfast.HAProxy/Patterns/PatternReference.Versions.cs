using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Samples;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Patterns;

/// <summary>What became of a change to a version that is being prepared.</summary>
public enum VersionOutcome : byte
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>Nobody has prepared that version.</summary>
    NotPrepared,
}

/// <summary>What matching one text against a set says, for <c>get acl</c> and <c>get map</c>.</summary>
/// <param name="Method">How the set matches.</param>
/// <param name="IgnoresCase">Whether the case of letters counts in none of its patterns.</param>
/// <param name="Entry">The pattern that matches; null: none does.</param>
public sealed record PatternLookup(MatchMethod Method, bool IgnoresCase, PatternEntry? Entry);

// What the runtime API adds: versions that are prepared aside and committed at once, entries by number, look-ups.
public sealed partial class PatternReference
{
    private readonly Dictionary<uint, ImmutableList<PatternEntry>> _prepared = [];

    /// <summary>Version that is matched against.</summary>
    public uint Version { get; private set; }

    /// <summary>The highest version that was prepared.</summary>
    public uint NextVersion { get; private set; }

    /// <summary>Begins a version, empty, which nothing matches against before it is committed.</summary>
    /// <returns>Its number.</returns>
    public uint Prepare()
    {
        lock (_writing)
        {
            _prepared[++NextVersion] = [];
            return NextVersion;
        }
    }

    /// <summary>Entries of a version; empty: it does not exist.</summary>
    public IReadOnlyList<PatternEntry> EntriesOf(uint version)
    {
        lock (_writing)
        {
            return version == Version ? _entries : _prepared.GetValueOrDefault(version, []);
        }
    }

    /// <summary>Adds patterns to a version, all at once: one index is made for all of them.</summary>
    public VersionOutcome Add(uint version, IEnumerable<(string Text, string? Value)> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        lock (_writing)
        {
            ImmutableList<PatternEntry>? entries = version == Version ? _entries
                : _prepared.GetValueOrDefault(version);
            if (entries is null)
            {
                return VersionOutcome.NotPrepared;
            }
            entries = entries.AddRange(patterns.Select(
                one => PatternEntry.Of(_nextId++, one.Text, one.Value, false)).ToArray());
            if (version == Version)
            {
                Publish(entries);
            }
            else
            {
                _prepared[version] = entries;
            }
            return VersionOutcome.Done;
        }
    }

    /// <summary>Matches against a prepared version from now on; those before it go.</summary>
    public VersionOutcome Commit(uint version)
    {
        lock (_writing)
        {
            if (!_prepared.Remove(version, out ImmutableList<PatternEntry>? entries))
            {
                return VersionOutcome.NotPrepared;
            }
            foreach (uint older in _prepared.Keys.Where(one => one < version).ToArray())
            {
                _prepared.Remove(older);
            }
            Version = version;
            Publish(entries);
            return VersionOutcome.Done;
        }
    }

    /// <summary>Removes all patterns of a version.</summary>
    public void Clear(uint version)
    {
        lock (_writing)
        {
            if (version == Version)
            {
                Publish([]);
            }
            else if (_prepared.ContainsKey(version))
            {
                _prepared[version] = [];
            }
        }
    }

    /// <summary>Removes the entry of a number; false when there is none.</summary>
    public bool Remove(int entryId)
    {
        lock (_writing)
        {
            ImmutableList<PatternEntry> left = _entries.RemoveAll(e => e.Id == entryId);
            bool found = left.Count < _entries.Count;
            if (found)
            {
                Publish(left);
            }
            return found;
        }
    }

    /// <summary>Gives all keys of this text, or the one of a number, another value; false when there is none.</summary>
    /// <param name="key">The key; not looked at where a number is given.</param>
    /// <param name="entryId">The number; null: by key.</param>
    /// <param name="value">The value.</param>
    public bool Change(string key, int? entryId, string value)
    {
        lock (_writing)
        {
            bool found = false;
            ImmutableList<PatternEntry> changed = _entries.ConvertAll(e =>
            {
                bool fits = entryId is { } id ? e.Id == id : e.Text == key;
                found |= fits;
                return fits ? PatternEntry.Of(e.Id, e.Text, value, e.IgnoreCase) : e;
            });
            if (found)
            {
                Publish(changed);
            }
            return found;
        }
    }

    /// <summary>Matches a text against each set that was made of it.</summary>
    /// <param name="context">Its scratch memory is for casts.</param>
    /// <param name="text">The text.</param>
    public IReadOnlyList<PatternLookup> Look(RequestContext context, ReadOnlySpan<byte> text)
    {
        PatternSet[] sets;
        lock (_writing)
        {
            sets = [.. _sets];
        }
        var found = new List<PatternLookup>();
        foreach (PatternSet set in sets)
        {
            var sample = new Sample();
            sample.SetText(text);
            found.Add(new PatternLookup(set.Method, set.IgnoresCase, set.Find(context, ref sample)));
        }
        return found;
    }

    /// <summary>Why a text cannot be a pattern of each set that was made of it; null: it can.</summary>
    public string? Problem(string text)
    {
        PatternSet[] sets;
        lock (_writing)
        {
            sets = [.. _sets];
        }
        foreach (PatternSet set in sets)
        {
            try
            {
                set.Try(PatternEntry.Of(0, text, null, false));
            }
            catch (Exception e) when (e is FormatException or ArgumentException or InvalidDataException)
            {
                return e.Message;
            }
        }
        return null;
    }

    /// <summary>Remembers what names it, unless something does already.</summary>
    internal void NameBy(string what, SourceSpan? span)
    {
        IsAcl |= what != "map";
        if (NamedBy.Length == 0)
        {
            NamedBy = what;
            Span = span;
        }
    }
}
