using System.Collections.Frozen;
using System.Collections.Immutable;
using Holdfast.Config.Text;

namespace Holdfast.Config.Nginx.Schema;

/// <summary>All directives, from the table <c>directives.tsv</c> beside this file.</summary>
/// <remarks>
/// The table is a resource of the assembly, not objects of the program: who reads no nginx.conf pays nothing for it.
/// </remarks>
public static class DirectiveTable
{
    private const string Resource = "nginx-directives.tsv";

    private static readonly Lazy<ImmutableArray<DirectiveSpec>> s_all = new(Read);

    private static readonly Lazy<FrozenDictionary<string, ImmutableArray<DirectiveSpec>>> s_byName = new(
        static () => All.GroupBy(static d => d.Name, StringComparer.Ordinal)
            .ToFrozenDictionary(static g => g.Key, static g => g.ToImmutableArray(), StringComparer.Ordinal));

    /// <summary>Every row, in the order of the table.</summary>
    public static ImmutableArray<DirectiveSpec> All => s_all.Value;

    /// <summary>The directives of a name, those that no free nginx has included.</summary>
    public static ImmutableArray<DirectiveSpec> Named(string name)
        => s_byName.Value.TryGetValue(name, out ImmutableArray<DirectiveSpec> found) ? found : [];

    /// <summary>Whether the free nginx knows the word anywhere.</summary>
    public static bool IsKnown(string name) => Named(name).Any(static d => !d.IsNotFree);

    /// <summary>The directive of a name in a context; null when there is none.</summary>
    public static DirectiveSpec? Find(string name, NginxContexts place)
    {
        foreach (DirectiveSpec spec in Named(name))
        {
            if ((spec.Contexts & place) != 0)
            {
                return spec;
            }
        }
        return null;
    }

    /// <summary>The word of a context that a mistyped one probably means; null when none is near.</summary>
    public static string? Nearest(string word, NginxContexts place)
        => NearestWord.Find(word, All.Where(d => (d.Contexts & place) != 0).Select(static d => d.Name));

    /// <summary>The context inside a block.</summary>
    /// <param name="name">The directive.</param>
    /// <param name="place">Where it stands.</param>
    internal static NginxContexts Inside(string name, NginxContexts place) => name switch
    {
        "events" => NginxContexts.Events,
        "http" => NginxContexts.Http,
        "stream" => NginxContexts.Stream,
        "mail" => NginxContexts.Mail,
        "server" when place == NginxContexts.Http => NginxContexts.HttpServer,
        "server" when place == NginxContexts.Stream => NginxContexts.StreamServer,
        "server" when place == NginxContexts.Mail => NginxContexts.MailServer,
        "upstream" when place == NginxContexts.Stream => NginxContexts.StreamUpstream,
        "upstream" => NginxContexts.HttpUpstream,
        "location" => NginxContexts.Location,
        "if" when place == NginxContexts.HttpServer => NginxContexts.ServerIf,
        "if" => NginxContexts.LocationIf,
        "limit_except" => NginxContexts.LimitExcept,
        "types" or "map" or "geo" or "split_clients" or "charset_map" => NginxContexts.Lines,
        _ => NginxContexts.Unknown,
    };

    /// <summary>A context in words.</summary>
    public static string NameOf(NginxContexts context) => context switch
    {
        NginxContexts.Main => "main",
        NginxContexts.Events => "events",
        NginxContexts.Http => "http",
        NginxContexts.HttpServer => "server",
        NginxContexts.Location => "location",
        NginxContexts.HttpUpstream => "upstream",
        NginxContexts.ServerIf => "if in server",
        NginxContexts.LocationIf => "if in location",
        NginxContexts.LimitExcept => "limit_except",
        NginxContexts.Stream => "stream",
        NginxContexts.StreamServer => "server of stream",
        NginxContexts.StreamUpstream => "upstream of stream",
        NginxContexts.Mail => "mail",
        NginxContexts.MailServer => "server of mail",
        _ => "",
    };

    /// <summary>The contexts of a directive in words.</summary>
    public static string Places(NginxContexts contexts) => contexts == NginxContexts.Any ? "any"
        : string.Join(", ", Enumerable.Range(0, 14).Select(static i => (NginxContexts)(1u << i))
            .Where(c => (contexts & c) != 0).Select(NameOf));

    private static ImmutableArray<DirectiveSpec> Read()
    {
        using Stream stream = typeof(DirectiveTable).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is not in the assembly.");
        using var reader = new StreamReader(stream);
        ImmutableArray<DirectiveSpec>.Builder rows = ImmutableArray.CreateBuilder<DirectiveSpec>(1000);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                rows.Add(Row(line.Split('\t')));
            }
        }
        return rows.DrainToImmutable();
    }

    private static DirectiveSpec Row(string[] cells)
    {
        NginxContexts contexts = NginxContexts.None;
        foreach (string context in cells[3].Split(','))
        {
            contexts |= ContextOf(context);
        }
        return new DirectiveSpec(cells[0], cells[1], cells[2], contexts, ArgumentCount.Parse(cells[4]),
            cells[5] == "block", ValueOf(cells[6]), cells[7], cells[8],
            SupportTable.ClassOf(cells[0], cells[1], cells[2], contexts));
    }

    private static NginxContexts ContextOf(string text) => text switch
    {
        "any" => NginxContexts.Any,
        "main" => NginxContexts.Main,
        "events" => NginxContexts.Events,
        "http" => NginxContexts.Http,
        "http.server" => NginxContexts.HttpServer,
        "http.location" => NginxContexts.Location,
        "http.upstream" => NginxContexts.HttpUpstream,
        "if@server" => NginxContexts.ServerIf,
        "if@location" => NginxContexts.LocationIf,
        "limit_except" => NginxContexts.LimitExcept,
        "stream" => NginxContexts.Stream,
        "stream.server" => NginxContexts.StreamServer,
        "stream.upstream" => NginxContexts.StreamUpstream,
        "mail" => NginxContexts.Mail,
        "mail.server" => NginxContexts.MailServer,
        _ => NginxContexts.None,
    };

    private static DirectiveValue ValueOf(string text) => text switch
    {
        "flag" => DirectiveValue.Flag,
        "num" => DirectiveValue.Number,
        "size" => DirectiveValue.Size,
        "off" => DirectiveValue.Offset,
        "msec" => DirectiveValue.Milliseconds,
        "sec" => DirectiveValue.Seconds,
        "str" => DirectiveValue.Text,
        "str_array" => DirectiveValue.TextList,
        "keyval" => DirectiveValue.KeyValue,
        "enum" => DirectiveValue.Choice,
        "bitmask" => DirectiveValue.Choices,
        "bufs" => DirectiveValue.Buffers,
        "access" => DirectiveValue.Access,
        "path" => DirectiveValue.Path,
        _ => DirectiveValue.Custom,
    };
}
