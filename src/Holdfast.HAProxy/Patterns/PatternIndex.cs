using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.Headers;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Patterns;

/// <summary>
/// A set of patterns, made ready for one matching method. It never changes: a change makes a new one.
/// </summary>
internal abstract class PatternIndex
{
    /// <summary>The first (or most exact) pattern that a sample matches; null when none does.</summary>
    /// <param name="context">Its scratch memory is for casts.</param>
    /// <param name="sample">The sample; it may be cast.</param>
    public abstract PatternEntry? Find(RequestContext context, ref Sample sample);

    /// <summary>Makes an index.</summary>
    public static PatternIndex Build(MatchMethod method, IReadOnlyList<PatternEntry> entries, IRegexFactory regex)
        => method switch
        {
            MatchMethod.Integer => new RangeIndex(entries, isLength: false),
            MatchMethod.Length => new RangeIndex(entries, isLength: true),
            MatchMethod.Ip => new AddressIndex(entries),
            MatchMethod.Binary => new ExactIndex(entries, isBinary: true),
            MatchMethod.Exact or MatchMethod.Method => new ExactIndex(entries, isBinary: false),
            MatchMethod.Begin => new PrefixIndex(entries),
            MatchMethod.Regex => new RegexIndex(entries, regex),
            _ => new ScanIndex(entries, method),
        };
}

/// <summary>Numbers and lengths in ranges.</summary>
internal sealed class RangeIndex : PatternIndex
{
    private readonly bool _isLength;
    private readonly Dictionary<long, int> _exact = [];
    private readonly List<int> _ranges = [];
    private readonly PatternEntry[] _entries;

    public RangeIndex(IReadOnlyList<PatternEntry> entries, bool isLength)
    {
        _isLength = isLength;
        _entries = [.. entries];
        for (int i = 0; i < _entries.Length; i++)
        {
            if (_entries[i].Minimum == _entries[i].Maximum)
            {
                _exact.TryAdd(_entries[i].Minimum, i);
            }
            else
            {
                _ranges.Add(i);
            }
        }
    }

    public override PatternEntry? Find(RequestContext context, ref Sample sample)
    {
        if (!(_isLength ? Casts.TryText(context, ref sample) : Casts.TryInteger(context, ref sample)))
        {
            return null;
        }
        long value = _isLength ? sample.Bytes.Length : sample.Integer;
        int best = _exact.TryGetValue(value, out int exact) ? exact : int.MaxValue;
        foreach (int i in _ranges)
        {
            if (i > best)
            {
                break;
            }
            if (value >= _entries[i].Minimum && value <= _entries[i].Maximum)
            {
                best = i;
                break;
            }
        }
        return best < _entries.Length ? _entries[best] : null;
    }
}

/// <summary>Exact texts and bytes, by hash.</summary>
internal sealed class ExactIndex : PatternIndex
{
    private readonly bool _isBinary;
    private readonly Dictionary<byte[], PatternEntry> _exact = new(BytesComparer.Exact);
    private readonly Dictionary<byte[], PatternEntry> _folded = new(BytesComparer.Folded);

    public ExactIndex(IReadOnlyList<PatternEntry> entries, bool isBinary)
    {
        _isBinary = isBinary;
        foreach (PatternEntry entry in entries)
        {
            byte[] key = isBinary ? Convert.FromHexString(entry.Text) : entry.Bytes;
            (entry.IgnoreCase ? _folded : _exact).TryAdd(key, entry);
        }
    }

    public override PatternEntry? Find(RequestContext context, ref Sample sample)
    {
        if (!Casts.TryTo(_isBinary ? SampleType.Binary : SampleType.Text, context, ref sample))
        {
            return null;
        }
        if (_exact.Count > 0
            && _exact.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(sample.Bytes, out PatternEntry? found))
        {
            return found;
        }
        return _folded.Count > 0
            && _folded.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(sample.Bytes, out found) ? found : null;
    }
}

/// <summary>Beginnings: one hash set for each length that occurs, the longest first.</summary>
internal sealed class PrefixIndex : PatternIndex
{
    private readonly List<(int Length, Dictionary<byte[], PatternEntry> Set)> _exact;
    private readonly List<(int Length, Dictionary<byte[], PatternEntry> Set)> _folded;

    public PrefixIndex(IReadOnlyList<PatternEntry> entries)
    {
        _exact = ByLength(entries.Where(static e => !e.IgnoreCase), BytesComparer.Exact);
        _folded = ByLength(entries.Where(static e => e.IgnoreCase), BytesComparer.Folded);
    }

    public override PatternEntry? Find(RequestContext context, ref Sample sample)
        => Casts.TryText(context, ref sample) ? Find(_exact, sample.Bytes) ?? Find(_folded, sample.Bytes) : null;

    private static PatternEntry? Find(
        List<(int Length, Dictionary<byte[], PatternEntry> Set)> sets, ReadOnlySpan<byte> text)
    {
        foreach ((int length, Dictionary<byte[], PatternEntry> set) in sets)
        {
            if (length <= text.Length
                && set.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(text[..length], out PatternEntry? found))
            {
                return found;
            }
        }
        return null;
    }

    private static List<(int, Dictionary<byte[], PatternEntry>)> ByLength(
        IEnumerable<PatternEntry> entries, BytesComparer comparer)
    {
        var sets = new SortedDictionary<int, Dictionary<byte[], PatternEntry>>();
        foreach (PatternEntry entry in entries)
        {
            if (!sets.TryGetValue(-entry.Bytes.Length, out Dictionary<byte[], PatternEntry>? set))
            {
                sets[-entry.Bytes.Length] = set = new(comparer);
            }
            set.TryAdd(entry.Bytes, entry);
        }
        return [.. sets.Select(static s => (-s.Key, s.Value))];
    }
}

/// <summary>Regular expressions, one after the other.</summary>
internal sealed class RegexIndex : PatternIndex
{
    private readonly (IRegex Regex, PatternEntry Entry)[] _all;

    public RegexIndex(IReadOnlyList<PatternEntry> entries, IRegexFactory regex)
    {
        _all = [.. entries.Select(e => (regex.Compile(e.Text, e.IgnoreCase), e))];
    }

    public override PatternEntry? Find(RequestContext context, ref Sample sample)
    {
        if (!Casts.TryText(context, ref sample))
        {
            return null;
        }
        Span<int> groups = stackalloc int[2];
        foreach ((IRegex regex, PatternEntry entry) in _all)
        {
            if (regex.TryMatch(sample.Bytes, 0, groups))
            {
                return entry;
            }
        }
        return null;
    }

    /// <summary>The first expression that matches, with the groups of its match.</summary>
    public PatternEntry? Find(ReadOnlySpan<byte> text, Span<int> groups)
    {
        foreach ((IRegex regex, PatternEntry entry) in _all)
        {
            if (regex.TryMatch(text, 0, groups))
            {
                return entry;
            }
        }
        return null;
    }
}
