using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Holdfast.Config.Text;

namespace Holdfast.Config.HAProxy.Schema;

/// <summary>
/// Every word of the configuration language, with the sections where it may stand and what Holdfast does with it.
/// The tables stand beside this file, as rows "class places: names".
/// </summary>
/// <remarks>
/// Classes: b to be carried out, s the same and it is about security, c and C cosmetic, F performance, B behaviour and
/// S security that wait for a later version, w replaced, x refused; a plus marks what haproxy 2.6 does not know.
/// </remarks>
internal static partial class KeywordTable
{
    private static volatile Built? s_built;

    private static readonly string[] s_negatable =
    [
        "option", "log", "busy-polling", "set-dumpable", "strict-limits", "insecure-fork-wanted", "numa-cpu-mapping",
    ];

    /// <summary>Two threads that come at once build it twice, and equal.</summary>
    private static Built All => s_built ??= new Built();

    /// <summary>Names of the sections.</summary>
    public static IEnumerable<string> SectionNames => All.Groups[KeywordGroup.Section].Keys;

    /// <summary>All groups that have words.</summary>
    public static IEnumerable<KeywordGroup> Groups => All.Groups.Keys.Order();

    /// <summary>The rows of fetches, with arguments and types.</summary>
    public static string AllFetchRows => FetchRows;

    /// <summary>The rows of converters, with arguments and types.</summary>
    public static string AllConverterRows => ConverterRows;

    /// <summary>Lets go of what was built of the rows: who asks again has it built again.</summary>
    internal static void Forget() => s_built = null;

    /// <summary>Whether a word opens a section.</summary>
    public static bool IsSection(string word) => All.Groups[KeywordGroup.Section].ContainsKey(word);

    /// <summary>Whether <c>no</c> and <c>default</c> may stand before it.</summary>
    public static bool MayBeNegated(string word) => s_negatable.Contains(word);

    /// <summary>The words of a group, sorted.</summary>
    public static IEnumerable<KeywordSpec> Of(KeywordGroup group)
        => All.Groups[group].Values.OrderBy(static k => k.Name, StringComparer.Ordinal);

    /// <summary>The word of a group; null when there is none.</summary>
    public static KeywordSpec? Find(KeywordGroup group, string word)
    {
        if (All.Groups[group].TryGetValue(word, out KeywordSpec? spec))
        {
            return spec;
        }
        foreach (KeywordSpec prefix in All.Prefixes[group])
        {
            if (word.StartsWith(prefix.Name, StringComparison.Ordinal) && IsTail(word.AsSpan(prefix.Name.Length)))
            {
                return prefix;
            }
        }
        return null;
    }

    /// <summary>The word that a mistyped one probably means; null when none is near.</summary>
    public static string? Nearest(KeywordGroup group, string word)
    {
        int open = word.IndexOf('(', StringComparison.Ordinal);
        string bare = open > 0 ? word[..open] : word;
        return NearestWord.Find(bare, All.Groups[group].Keys);
    }

    /// <summary>Rows, which are literals of bytes: a literal of text would be in memory for as long as a process runs.
    /// </summary>
    internal static string Text(ReadOnlySpan<byte> rows) => Encoding.UTF8.GetString(rows);

    /// <summary>The rows of a table: what stands before the colon, and the names.</summary>
    internal static IEnumerable<(string Head, string[] Names)> Lines(string rows)
    {
        foreach (string line in rows.Split('\n',
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            yield return (line[..colon].Trim(), line[(colon + 2)..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    internal static SupportClass ClassOf(char letter) => letter switch
    {
        'b' or 's' => SupportClass.Planned,
        'c' or 'C' => SupportClass.Cosmetic,
        'F' => SupportClass.Performance,
        'B' => SupportClass.Behaviour,
        'S' => SupportClass.Security,
        'w' => SupportClass.Replaced,
        'x' => SupportClass.Refused,
        _ => throw new InvalidOperationException($"The table has a class '{letter}'."),
    };

    /// <summary>What may follow a prefix: an argument in parentheses, a number, or a dotted name.</summary>
    private static bool IsTail(ReadOnlySpan<char> tail)
        => tail.Length == 0 || tail[0] is '(' or '.' || tail.IndexOfAnyExceptInRange('0', '9') < 0;

    private static FrozenDictionary<KeywordGroup, FrozenDictionary<string, KeywordSpec>> Build()
    {
        var groups = new Dictionary<KeywordGroup, FrozenDictionary<string, KeywordSpec>>();
        foreach ((KeywordGroup group, string rows) in Tables())
        {
            var words = new Dictionary<string, KeywordSpec>(StringComparer.Ordinal);
            foreach ((string head, string[] names) in Lines(rows))
            {
                string[] parts = head.Split(' ');
                foreach (string name in names)
                {
                    KeywordSpec spec = Spec(group, parts, name);
                    words[spec.Name] = spec;
                }
            }
            groups[group] = words.ToFrozenDictionary(StringComparer.Ordinal);
        }
        return groups.ToFrozenDictionary();
    }

    private static KeywordSpec Spec(KeywordGroup group, string[] head, string name)
    {
        bool isFunction = group is KeywordGroup.Fetch or KeywordGroup.Converter;
        int open = isFunction ? name.IndexOf('(', StringComparison.Ordinal) : -1;
        string bare = open > 0 ? name[..open] : name.TrimEnd('*');
        var places = Places.None;
        if (!isFunction && head.Length > 1)
        {
            foreach (char c in head[1])
            {
                places |= c switch
                {
                    'G' => Places.Global,
                    'D' => Places.Defaults,
                    'F' => Places.Frontend,
                    'L' => Places.Listen,
                    _ => Places.Backend,
                };
            }
        }
        SupportClass support = CarriedOut.Has(group, bare) ? SupportClass.Done : ClassOf(head[0][0]);
        return new KeywordSpec(group, bare, places, support, head[0].EndsWith('+'), name.EndsWith('*'));
    }

    private sealed class Built
    {
        internal FrozenDictionary<KeywordGroup, FrozenDictionary<string, KeywordSpec>> Groups { get; } = Build();

        internal FrozenDictionary<KeywordGroup, ImmutableArray<KeywordSpec>> Prefixes => field ??=
            Groups.ToFrozenDictionary(static g => g.Key, static g => g.Value.Values.Where(static k => k.IsPrefix)
                .OrderByDescending(static k => k.Name.Length).ToImmutableArray());
    }

    private static (KeywordGroup Group, string Rows)[] Tables() =>
    [
        (KeywordGroup.Section, SectionRows), (KeywordGroup.Global, GlobalRows), (KeywordGroup.Proxy, ProxyRows),
        (KeywordGroup.Option, OptionRows), (KeywordGroup.Timeout, TimeoutRows), (KeywordGroup.Stats, StatsRows),
        (KeywordGroup.Bind, BindRows), (KeywordGroup.Server, ServerRows),
        (KeywordGroup.ConnectionAction, ConnectionActionRows), (KeywordGroup.SessionAction, SessionActionRows),
        (KeywordGroup.ContentAction, ContentActionRows), (KeywordGroup.ResponseAction, ResponseActionRows),
        (KeywordGroup.HttpRequestAction, HttpRequestActionRows),
        (KeywordGroup.HttpResponseAction, HttpResponseActionRows),
        (KeywordGroup.HttpAfterResponseAction, HttpAfterResponseActionRows),
        (KeywordGroup.QuicInitialAction, QuicInitialActionRows), (KeywordGroup.Fetch, FetchRows),
        (KeywordGroup.Converter, ConverterRows), (KeywordGroup.AclFlag, AclFlagRows), (KeywordGroup.Match, MatchRows),
        (KeywordGroup.LogAlias, LogAliasRows), (KeywordGroup.TableWord, TableWordRows),
        (KeywordGroup.TableData, TableDataRows), (KeywordGroup.HttpCheck, HttpCheckRows),
        (KeywordGroup.TcpCheck, TcpCheckRows), (KeywordGroup.CheckConnect, CheckConnectRows),
        (KeywordGroup.CheckExpect, CheckExpectRows), (KeywordGroup.Balance, BalanceRows),
        (KeywordGroup.HashType, HashTypeRows), (KeywordGroup.Cookie, CookieRows), (KeywordGroup.RetryOn, RetryOnRows),
        (KeywordGroup.Redirect, RedirectRows), (KeywordGroup.Compression, CompressionRows),
        (KeywordGroup.Filter, FilterRows), (KeywordGroup.Userlist, UserlistRows),
        (KeywordGroup.HttpErrors, HttpErrorsRows), (KeywordGroup.Peers, PeersRows),
        (KeywordGroup.Resolvers, ResolversRows), (KeywordGroup.Mailers, MailersRows), (KeywordGroup.Cache, CacheRows),
        (KeywordGroup.Ring, RingRows), (KeywordGroup.LogForward, LogForwardRows),
        (KeywordGroup.FcgiApp, FcgiAppRows), (KeywordGroup.Program, ProgramRows),
        (KeywordGroup.NamespaceList, NamespaceRows), (KeywordGroup.NewSection, NewSectionRows),
    ];
}
