using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>
/// The settings of a block and of those around it. Inheritance is here and nowhere else: the nearest block that has a
/// directive says everything about it.
/// </summary>
/// <remarks>What cannot be read counts as not given; the checks have reported it.</remarks>
internal sealed class SettingReader
{
    private static readonly NginxDirective[] s_none = [];
    private readonly Dictionary<string, List<NginxDirective>> _here = new(StringComparer.Ordinal);
    private readonly SettingReader? _outer;

    /// <summary>A reader of a block.</summary>
    /// <param name="directives">What stands in it.</param>
    /// <param name="outer">The block around it; null for the outermost.</param>
    public SettingReader(IEnumerable<NginxDirective> directives, SettingReader? outer)
    {
        _outer = outer;
        foreach (NginxDirective directive in directives)
        {
            if (directive.Spec is null)
            {
                continue;
            }
            if (!_here.TryGetValue(directive.Name, out List<NginxDirective>? same))
            {
                _here[directive.Name] = same = [];
            }
            same.Add(directive);
        }
    }

    /// <summary>Whether this very block has it.</summary>
    public bool HasHere(string name) => _here.ContainsKey(name);

    /// <summary>Those of this very block.</summary>
    public IReadOnlyList<NginxDirective> Here(string name)
        => _here.TryGetValue(name, out List<NginxDirective>? found) ? found : s_none;

    /// <summary>Those of the nearest block that has any of the names, in the order of the file.</summary>
    public IReadOnlyList<NginxDirective> Nearest(params ReadOnlySpan<string> names)
    {
        for (SettingReader? block = this; block is not null; block = block._outer)
        {
            if (names.Length == 1)
            {
                if (block._here.TryGetValue(names[0], out List<NginxDirective>? found))
                {
                    return found;
                }
                continue;
            }
            var all = new List<NginxDirective>();
            foreach (string name in names)
            {
                all.AddRange(block.Here(name));
            }
            if (all.Count > 0)
            {
                all.Sort(static (a, b) => a.Order.CompareTo(b.Order));
                return all;
            }
        }
        return s_none;
    }

    /// <summary>The one that counts of those that may be given once.</summary>
    public NginxDirective? One(string name) => Nearest(name) is [.. , var last] ? last : null;

    /// <summary><c>on</c> or <c>off</c>.</summary>
    public bool Flag(string name, bool otherwise)
        => One(name) is { Count: > 0 } d ? d[0].Equals("on", StringComparison.OrdinalIgnoreCase) : otherwise;

    /// <summary>A whole number.</summary>
    public int Number(string name, int otherwise)
        => One(name) is { Count: > 0 } d && NginxNumbers.TryNumber(d[0], out long value) && value <= int.MaxValue
            ? (int)value : otherwise;

    /// <summary>Bytes.</summary>
    public long Bytes(string name, long otherwise)
        => One(name) is { Count: > 0 } d && NginxNumbers.TryOffset(d[0], out long value) ? value : otherwise;

    /// <summary>Bytes; null when not given.</summary>
    public long? Bytes(string name)
        => One(name) is { Count: > 0 } d && NginxNumbers.TryOffset(d[0], out long value) ? value : null;

    /// <summary>A time.</summary>
    public TimeSpan Time(string name, TimeSpan otherwise)
        => One(name) is { Count: > 0 } d && NginxTimes.TryMilliseconds(d[0], out TimeSpan value) ? value : otherwise;

    /// <summary>A time of whole seconds.</summary>
    public TimeSpan Seconds(string name, TimeSpan otherwise)
        => One(name) is { Count: > 0 } d && NginxTimes.TrySeconds(d[0], out TimeSpan value) ? value : otherwise;

    /// <summary>The first word.</summary>
    public string? Text(string name) => One(name) is { Count: > 0 } d ? d[0] : null;

    /// <summary>The first word in lower case, one of several that may stand there.</summary>
    public string Choice(string name, string otherwise) => Text(name)?.ToLowerInvariant() ?? otherwise;

    /// <summary>The first word as a text with variables.</summary>
    public ComplexText? Complex(string name) => One(name) is { Count: > 0 } d ? Texts.Of(d, 0) : null;

    /// <summary>All words of all directives.</summary>
    public ImmutableArray<string> Words(string name)
        => [.. Nearest(name).SelectMany(static d => d.Words.Skip(1)).Select(static w => w.Text)];

    /// <summary>All words of all directives, or what holds without any.</summary>
    public ImmutableArray<string> Words(string name, ImmutableArray<string> otherwise)
        => Nearest(name).Count == 0 ? otherwise : Words(name);

    /// <summary>All words of all directives as texts with variables.</summary>
    public ImmutableArray<ComplexText> Complexes(string name)
        => [.. Nearest(name).SelectMany(static d => Enumerable.Range(0, d.Count).Select(i => Texts.Of(d, i)))];

    /// <summary>Something for each directive that can be read.</summary>
    public ImmutableArray<T> List<T>(Func<NginxDirective, T?> read, params ReadOnlySpan<string> names)
        where T : class
    {
        ImmutableArray<T>.Builder items = ImmutableArray.CreateBuilder<T>();
        foreach (NginxDirective directive in Nearest(names))
        {
            if (read(directive) is { } item)
            {
                items.Add(item);
            }
        }
        return items.ToImmutable();
    }

    /// <summary>A count and a size.</summary>
    public BufferSetting Buffers(string name, int count, long size)
        => One(name) is { Count: 2 } d && NginxNumbers.TryNumber(d[0], out long n)
            && NginxNumbers.TrySize(d[1], out long bytes)
            ? new BufferSetting((int)Math.Min(n, int.MaxValue), bytes) : new BufferSetting(count, size);
}
