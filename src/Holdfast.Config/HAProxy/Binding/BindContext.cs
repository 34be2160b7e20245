using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>What all binders share: where to report, what they may read, and what has been counted.</summary>
internal sealed class BindContext(Findings findings, IConfigFiles files, HAProxyParseOptions options)
{
    private readonly Dictionary<string, MapFile> _maps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Count, SourceSpan First)> _planned = new(StringComparer.Ordinal);

    public Findings Findings => findings;

    public HAProxyParseOptions Options => options;

    /// <summary>Maps that expressions name.</summary>
    public IReadOnlyDictionary<string, MapFile> Maps => _maps;

    /// <summary>Words that the proxy does not carry out yet, with how often they stand there.</summary>
    public IReadOnlyDictionary<string, (int Count, SourceSpan First)> PlannedWords => _planned;

    /// <summary>Names in expressions that must be defined somewhere.</summary>
    public List<Reference> References { get; } = [];

    /// <summary>Proxies that have a bind line which could not be read.</summary>
    public HashSet<string> BrokenBinds { get; } = new(StringComparer.Ordinal);

    /// <summary>Name of the section that is being read.</summary>
    public string CurrentProxy { get; set; } = "";

    /// <summary><c>default-path</c>: current, config, parent or origin.</summary>
    public string PathPolicy { get; set; } = "current";

    /// <summary>The directory of <c>default-path origin</c>.</summary>
    public string PathOrigin { get; set; } = "";

    public void Error(FindingCode code, Word word, string message, string? help = null, string? suggestion = null)
        => findings.Report(code, word, message, help, suggestion);

    /// <summary>Reports what a word's class means. Nothing fails open.</summary>
    public void Support(KeywordSpec spec, SourceSpan span, string shown)
    {
        if (findings.IsQuiet)
        {
            return;
        }
        switch (spec.Support)
        {
            case SupportClass.Planned:
                Plan(span, shown);
                break;
            case SupportClass.Cosmetic:
                findings.Report(FindingCodes.NotYetCosmetic, span, $"{shown} has no effect in Holdfast yet");
                break;
            case SupportClass.Performance:
                findings.Report(FindingCodes.NotYetCosmetic, span,
                    $"{shown} has no effect in Holdfast, which tunes this by itself");
                break;
            case SupportClass.Behaviour:
                findings.Report(FindingCodes.NotYet, span, $"{shown} is not supported yet",
                    "remove it, or load with --accept-loss to run without it");
                break;
            case SupportClass.Security:
                findings.Report(FindingCodes.NotYetSecurity, span, $"{shown} is not supported yet",
                    "remove it, or load with --accept-loss to run without it");
                break;
            case SupportClass.Replaced:
                findings.Report(FindingCodes.Removed, span, $"{shown} is old",
                    RemovedSyntax.Advice(spec.Name));
                if (!RemovedSyntax.IsHarmless(spec.Name))
                {
                    Plan(span, shown);
                }
                break;
            case SupportClass.Refused:
                findings.Report(FindingCodes.RemovedLost, span, $"{shown} was removed from haproxy",
                    RemovedSyntax.Advice(spec.Name));
                break;
            default:
                break;
        }
    }

    /// <summary>Counts a word that the proxy does not carry out yet; an error when the file is to be run.</summary>
    private void Plan(SourceSpan span, string shown)
    {
        (int count, SourceSpan first) = _planned.GetValueOrDefault(shown, (0, span));
        _planned[shown] = (count + 1, first);
        if (options.IsToRun)
        {
            findings.Report(FindingCodes.PlannedRun, span, $"{shown} is not carried out yet");
        }
    }

    /// <summary>The word of a group, with its class reported; null, and an error, when it is not known.</summary>
    public KeywordSpec? Look(KeywordGroup group, Word word, string what)
    {
        KeywordSpec? spec = KeywordTable.Find(group, word.Text);
        if (spec is null)
        {
            string? near = KeywordTable.Nearest(group, word.Text);
            findings.Report(FindingCodes.UnknownKeyword, word, $"unknown {what} '{word}'", null, near);
            return null;
        }
        Support(spec, word.Span, $"{what} {spec.Name}");
        return spec;
    }

    /// <summary>An address with the variables of the environment in it replaced, which need no quotes there.</summary>
    public string ExpandAddress(string text)
    {
        for (int at = text.IndexOf('$', StringComparison.Ordinal); at >= 0; at = text.IndexOf('$', at + 1))
        {
            bool isBraced = at + 1 < text.Length && text[at + 1] == '{';
            int start = at + (isBraced ? 2 : 1);
            int end = start;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            {
                end++;
            }
            if (end > start && (!isBraced || (end < text.Length && text[end] == '}')))
            {
                string value = files.GetEnvironment(text[start..end]) ?? "";
                text = string.Concat(text.AsSpan(0, at), value, text.AsSpan(isBraced ? end + 1 : end));
                at += value.Length - 1;
            }
        }
        return text;
    }

    /// <summary>The path of a file that the configuration names, after <c>default-path</c>.</summary>
    public string PathOf(string path, string configFile)
    {
        if (path.StartsWith('/'))
        {
            return path;
        }
        string directory = PathText.DirectoryOf(configFile);
        return PathPolicy switch
        {
            "config" => PathText.Join(directory, path),
            "parent" => PathText.Join(directory.Length == 0 ? ".." : directory + "/..", path),
            "origin" => PathText.Join(PathOrigin, path),
            _ => path,
        };
    }

    /// <summary>The text of a file that the configuration names; null, and an error, when it cannot be had.</summary>
    public string? ReadFile(Word word, string path)
    {
        if (!options.ReadsNamedFiles || path == "/dev/null")
        {
            return "";
        }
        ConfigFile file = files.ReadScript(PathOf(path, word.File));
        if (file.Status == ConfigFileStatus.Read)
        {
            return file.Text;
        }
        string why = file.Status switch
        {
            ConfigFileStatus.Missing => "does not exist",
            ConfigFileStatus.NotAFile => "is not a regular file",
            ConfigFileStatus.TooLarge => "is too large",
            _ => "cannot be read",
        };
        findings.Report(FindingCodes.FileUnreadable, word, $"'{path}' {why}");
        return null;
    }

    /// <summary>Reads a map file once.</summary>
    public void LoadMap(Word word, string path)
    {
        if (_maps.ContainsKey(path) || path.StartsWith("virt@", StringComparison.Ordinal))
        {
            return;
        }
        bool isOptional = path.StartsWith("opt@", StringComparison.Ordinal);
        string real = isOptional ? path[4..]
            : path.StartsWith("file@", StringComparison.Ordinal) ? path[5..] : path;
        if (isOptional && options.ReadsNamedFiles
            && files.ReadScript(PathOf(real, word.File)).Status == ConfigFileStatus.Missing)
        {
            return;
        }
        if (ReadFile(word, real) is { } text)
        {
            _maps[path] = new MapFile(path, PatternLines.ReadMap(text));
        }
    }

    /// <summary>Remembers a name that must be defined somewhere.</summary>
    public void Refer(ReferenceKind kind, string name, SourceSpan span)
    {
        if (!findings.IsQuiet)
        {
            References.Add(new Reference(kind, name, CurrentProxy, span));
        }
    }

    /// <summary>Says what is wrong with a regular expression, if anything is.</summary>
    public void CheckRegex(Word word, string pattern, bool ignoreCase)
    {
        if (options.RegexProblem?.Invoke(pattern, ignoreCase) is { } problem)
        {
            findings.Report(FindingCodes.BadRegex, word, $"regex '{pattern}' is invalid: {problem}");
        }
    }
}
