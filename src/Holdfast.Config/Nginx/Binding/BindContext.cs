using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>What all parts of the binder share.</summary>
internal sealed class BindContext(
    Findings findings, IConfigFiles files, NginxParseOptions options, string configurationPrefix)
{
    private readonly HashSet<(string Family, string Name)> _defined = [];
    private readonly List<(string Family, string Name, SourceSpan Span)> _used = [];

    public Findings Findings => findings;

    public NginxParseOptions Options => options;

    public IConfigFiles Files => files;

    /// <summary>Directives that are not carried out, with how often each is used.</summary>
    public SortedDictionary<string, int> Planned { get; } = new(StringComparer.Ordinal);

    /// <summary>Upstream blocks of http, with the directive of each.</summary>
    public Dictionary<string, NginxDirective> Upstreams { get; } = new(StringComparer.Ordinal);

    /// <summary>The same of stream.</summary>
    public Dictionary<string, NginxDirective> StreamUpstreams { get; } = new(StringComparer.Ordinal);

    /// <summary>Variables in the order of first use, with the place.</summary>
    public IReadOnlyList<(string Family, string Name, SourceSpan Span)> UsedVariables => _used;

    public void Bad(NginxDirective directive, int index, string message, string? help = null,
        string? suggestion = null)
        => findings.Report(FindingCodes.BadValue, directive, directive.SpanOf(index), message, help, suggestion);

    public void Bad(FindingCode code, NginxDirective directive, int index, string message, string? help = null)
        => findings.Report(code, directive, index < 0 ? directive.Span : directive.SpanOf(index), message, help);

    /// <summary>The path of a file that stands beside the configuration, such as a certificate.</summary>
    public string BesideConfiguration(string path) => PathText.Join(configurationPrefix, path);

    /// <summary>A text with variables, which are looked up when all are known.</summary>
    public ComplexText Text(NginxDirective directive, int index)
        => Text(directive, directive[index], directive.SpanOf(index));

    /// <summary>The same, of a part of a word.</summary>
    public ComplexText Text(NginxDirective directive, string text, SourceSpan span)
    {
        if (Texts.Problem(text, span, out ComplexText? parsed) is { } problem)
        {
            findings.Report(FindingCodes.BadVariable, directive, span, problem,
                "a variable is written $name or ${name}");
            return Texts.Of(text, span);
        }
        foreach (TextPart part in parsed!.Parts)
        {
            if (part.Kind == TextPartKind.Variable)
            {
                Use(directive, part.Text, span);
            }
        }
        return parsed;
    }

    /// <summary>Notes that a variable is used; it may be defined later.</summary>
    public void Use(NginxDirective directive, string name, SourceSpan span)
        => _used.Add((Families.Of(directive), name, span));

    /// <summary>Notes that there is such a variable.</summary>
    public void Define(NginxDirective directive, string name)
        => _defined.Add((Families.Of(directive), name.ToLowerInvariant()));

    public bool IsDefined(string family, string name)
        => _defined.Contains((family, name)) || VariableTable.Has(family, name);

    /// <summary>Names that are defined in the file.</summary>
    public IEnumerable<string> DefinedNames(string family)
        => _defined.Where(d => d.Family == family).Select(static d => d.Name);

    /// <summary>The name of a variable that a directive defines; null, and reported, when it is none.</summary>
    public string? Variable(NginxDirective directive, int index, bool defines = true)
    {
        string text = directive[index];
        if (!text.StartsWith('$') || text.Length == 1)
        {
            Bad(FindingCodes.BadVariable, directive, index, $"invalid variable name \"{text}\"",
                "a variable begins with \"$\"");
            return null;
        }
        string name = text[1..].ToLowerInvariant();
        if (defines && Families.Of(directive) == "stream" && VariableTable.Has("stream", name))
        {
            Bad(FindingCodes.Duplicate, directive, -1, $"the duplicate \"{name}\" variable",
                "it says something about the connection, and cannot be set");
            return null;
        }
        if (defines)
        {
            Define(directive, name);
        }
        return name;
    }

    /// <summary>Registers an upstream block; reports a second one of the same name.</summary>
    public void AddUpstream(Dictionary<string, NginxDirective> known, NginxDirective upstream)
    {
        string name = upstream[0].ToLowerInvariant();
        if (!known.TryAdd(name, upstream))
        {
            findings.Report(FindingCodes.Duplicate, upstream, upstream.SpanOf(0),
                $"duplicate upstream \"{upstream[0]}\"", $"it is defined in line {known[name].Span.Line}");
        }
    }

    /// <summary>Reports a host that has no address, which the original asks for when it starts.</summary>
    public void CheckHost(NginxDirective directive, NginxAddress address, string written)
    {
        if (!address.IsUnix && !IpAddress.TryParse(address.Host, out _)
            && options.Resolves?.Invoke(address.Host) == false)
        {
            bool isError = options.NeedsHosts;
            Bad(isError ? FindingCodes.BadAddress : FindingCodes.UnknownHost, directive, 0,
                $"host not found in upstream \"{written}\"", isError
                    ? "a name has to have an address when the program starts"
                    : "it is asked for again while the server runs; requests to it fail until it has an address");
        }
    }

    /// <summary>A regular expression; its groups are variables.</summary>
    public NginxRegex Regex(NginxDirective directive, string pattern, bool ignoresCase, SourceSpan span)
    {
        NginxRegex regex = Regexes.Of(pattern, ignoresCase, span);
        foreach (string name in regex.Names)
        {
            Define(directive, name);
        }
        if (options.RegexProblem?.Invoke(pattern, ignoresCase) is { } problem)
        {
            findings.Report(FindingCodes.BadRegex, directive, span,
                $"pcre2_compile() failed: {problem} in \"{pattern}\"");
        }
        return regex;
    }
}

/// <summary>To which family of modules a directive belongs.</summary>
internal static class Families
{
    public static string Of(NginxDirective directive)
    {
        for (NginxDirective? at = directive; at is not null; at = at.Parent)
        {
            if (at.Spec is { } spec && spec.Family is "http" or "stream" or "mail" && at.Parent is not null)
            {
                return at.Spec!.Family;
            }
            if (at.Parent is null)
            {
                return at.Name is "http" or "stream" or "mail" ? at.Name : "core";
            }
        }
        return "core";
    }
}
