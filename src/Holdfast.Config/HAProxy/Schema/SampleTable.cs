using System.Collections.Frozen;
using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;

namespace Holdfast.Config.HAProxy.Schema;

/// <summary>A fetch.</summary>
/// <param name="Spec">Its word in the table.</param>
/// <param name="Places">Where it can be taken.</param>
/// <param name="Type">What it gives.</param>
/// <param name="Arguments">What it takes.</param>
/// <param name="Required">So many of them must be there.</param>
internal sealed record FetchSpec(KeywordSpec Spec, SamplePlaces Places, SampleType Type,
    ImmutableArray<SampleArgumentKind> Arguments, int Required);

/// <summary>A converter.</summary>
/// <param name="Spec">Its word in the table.</param>
/// <param name="Input">What it takes.</param>
/// <param name="Output">What it gives.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Required">So many of them must be there.</param>
internal sealed record ConverterSpec(KeywordSpec Spec, SampleType Input, SampleType Output,
    ImmutableArray<SampleArgumentKind> Arguments, int Required);

/// <summary>Fetches and converters with their types.</summary>
internal static class SampleTable
{
    // Names that mean a fetch and a method, but only in an ACL.
    private static string AclRows => KeywordTable.Text("""
        base: str beg dir dom end len reg sub
        cook>req.cook: str beg dir dom end len reg sub
        hdr>req.hdr: str beg dir dom end len reg sub
        path: str beg dir dom end len reg sub
        scook>res.cook: str beg dir dom end len reg sub
        shdr>res.hdr: str beg dir dom end len reg sub
        url: str beg dir dom end len reg sub
        urlp: str beg dir dom end len reg sub
        ssl_fc_sni: end reg
        """u8);

    private static volatile Built? s_built;

    // Row: from, column: to, in the order of SampleType; a 1 is a cast that exists.
    private static readonly string[] s_casts =
    [
        "111111111", // any
        "111000100", // boolean
        "111111110", // integer
        "100100000", // address
        "101111110", // ipv4
        "100111110", // ipv6
        "111111111", // text
        "100000111", // binary
        "100000111", // method
    ];

    private static Built All => s_built ??= new Built();

    /// <summary>Lets go of what was built of the rows: who asks again has it built again.</summary>
    internal static void Forget() => s_built = null;

    /// <summary>The fetch of this name; null when there is none.</summary>
    public static FetchSpec? Fetch(string name) => All.Fetches.GetValueOrDefault(name);

    /// <summary>The converter of this name; null when there is none.</summary>
    public static ConverterSpec? Converter(string name) => All.Converters.GetValueOrDefault(name);

    /// <summary>Fetch and method of a name of ACLs, such as hdr_beg; null when it is none.</summary>
    public static (string Fetch, string Method)? AclName(string name)
        => All.AclNames.TryGetValue(name, out (string, string) found) ? found : null;

    /// <summary>All names of ACLs.</summary>
    public static IEnumerable<string> AclWords => All.AclNames.Keys;

    /// <summary>Whether a value of one type can stand for one of the other.</summary>
    public static bool CanCast(SampleType from, SampleType to) => s_casts[(int)from][(int)to] == '1';

    private static FrozenDictionary<string, FetchSpec> Fetches()
    {
        var all = new Dictionary<string, FetchSpec>(StringComparer.Ordinal);
        foreach ((string head, string[] names) in KeywordTable.Lines(KeywordTable.AllFetchRows))
        {
            string[] parts = head.Split(' ');
            foreach (string name in names)
            {
                (string bare, ImmutableArray<SampleArgumentKind> kinds, int required) = Signature(name);
                KeywordSpec spec = KeywordTable.Find(KeywordGroup.Fetch, bare)!;
                all[bare] = new FetchSpec(spec, Places(parts[1][0]), Type(parts[2]), kinds, required);
            }
        }
        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static FrozenDictionary<string, ConverterSpec> Converters()
    {
        var all = new Dictionary<string, ConverterSpec>(StringComparer.Ordinal);
        foreach ((string head, string[] names) in KeywordTable.Lines(KeywordTable.AllConverterRows))
        {
            string[] parts = head.Split(' ');
            foreach (string name in names)
            {
                (string bare, ImmutableArray<SampleArgumentKind> kinds, int required) = Signature(name);
                KeywordSpec spec = KeywordTable.Find(KeywordGroup.Converter, bare)!;
                all[bare] = new ConverterSpec(spec, Type(parts[1]), Type(parts[2]), kinds, required);
            }
        }
        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static FrozenDictionary<string, (string, string)> AclNames()
    {
        var all = new Dictionary<string, (string, string)>(StringComparer.Ordinal)
        {
            ["http_auth_group"] = ("http_auth_group", "str"),
            ["method"] = ("method", "str"),
            ["payload"] = ("req.payload", "bin"),
            ["payload_lv"] = ("req.payload_lv", "bin"),
            ["req.ssl_ver"] = ("req.ssl_ver", "int"),
            ["req_rdp_cookie"] = ("req.rdp_cookie", "str"),
            ["req_rdp_cookie_cnt"] = ("req.rdp_cookie_cnt", "int"),
            ["req_ssl_sni"] = ("req.ssl_sni", "str"),
            ["req_ssl_ver"] = ("req.ssl_ver", "int"),
            ["req_ver"] = ("req.ver", "str"),
            ["resp_ver"] = ("res.ver", "str"),
        };
        foreach ((string head, string[] methods) in KeywordTable.Lines(AclRows))
        {
            string[] parts = head.Split('>');
            foreach (string method in methods)
            {
                all[method == "str" ? parts[0] : $"{parts[0]}_{method}"] = (parts[^1], method);
            }
        }
        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private sealed class Built
    {
        internal FrozenDictionary<string, FetchSpec> Fetches { get; } = SampleTable.Fetches();

        internal FrozenDictionary<string, ConverterSpec> Converters { get; } = SampleTable.Converters();

        internal FrozenDictionary<string, (string Fetch, string Method)> AclNames { get; } = SampleTable.AclNames();
    }

    /// <summary>"name(int,str[,tab])" to its parts.</summary>
    private static (string Name, ImmutableArray<SampleArgumentKind> Kinds, int Required) Signature(string text)
    {
        int open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
        {
            return (text, [], 0);
        }
        string inner = text[(open + 1)..^1];
        int optional = inner.IndexOf('[', StringComparison.Ordinal);
        string[] words = inner.Split(['[', ']', ','], StringSplitOptions.RemoveEmptyEntries);
        int required = optional < 0 ? words.Length
            : inner[..optional].Split(',', StringSplitOptions.RemoveEmptyEntries).Length;
        return (text[..open], [.. words.Select(Kind)], required);
    }

    private static SampleArgumentKind Kind(string word) => word switch
    {
        "str" => SampleArgumentKind.Text,
        "int" => SampleArgumentKind.Integer,
        "tab" => SampleArgumentKind.Table,
        "be" => SampleArgumentKind.Backend,
        "fe" => SampleArgumentKind.Frontend,
        "srv" => SampleArgumentKind.Server,
        "ul" => SampleArgumentKind.Userlist,
        "ip4" or "msk4" => SampleArgumentKind.Ipv4,
        "ip6" or "msk6" => SampleArgumentKind.Ipv6,
        "reg" => SampleArgumentKind.Regex,
        "pb" => SampleArgumentKind.ProtobufPath,
        _ => throw new InvalidOperationException($"The table has an argument '{word}'."),
    };

    private static SampleType Type(string word) => word switch
    {
        "any" => SampleType.Any,
        "bool" => SampleType.Boolean,
        "sint" => SampleType.Integer,
        "addr" => SampleType.Address,
        "ipv4" => SampleType.Ipv4,
        "str" => SampleType.Text,
        "bin" => SampleType.Binary,
        "meth" => SampleType.Method,
        "ipv6" => SampleType.Ipv6,
        _ => throw new InvalidOperationException($"The table has a type '{word}'."),
    };

    /// <summary>One letter for each set of places that occurs.</summary>
    private static SamplePlaces Places(char letter)
    {
        string bits = letter switch
        {
            'A' => "1111111111111111111111",
            'I' => "1111111111111111111101",
            'C' => "1111111111111111111100",
            'L' => "1111111111111111111000",
            'T' => "0111111111111111111000",
            'M' => "0011111111111111111000",
            'D' => "0011111111111111110100",
            'R' => "0011111111100000000000",
            'P' => "0000000000011111110100",
            'V' => "0000000000011111111100",
            'W' => "0000000000111111111100",
            'B' => "0000001111111111111100",
            _ => throw new InvalidOperationException($"The table has a place '{letter}'."),
        };
        var places = SamplePlaces.None;
        for (int i = 0; i < bits.Length; i++)
        {
            places |= bits[i] == '1' ? (SamplePlaces)(1 << i) : SamplePlaces.None;
        }
        return places;
    }
}
