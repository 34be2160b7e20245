using System.Globalization;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Syntax;

/// <summary>Files to sections: lines, words, conditions, environment. Reports every fault of spelling.</summary>
internal sealed partial class ConfigReader
{
    private const int MaxLevels = 100;

    private readonly IConfigFiles _files;
    private readonly Findings _findings;
    private readonly EnvironmentTable _environment;
    private readonly LineLexer _lexer;
    private readonly ConditionEvaluator _conditions;
    private readonly Stack<Level> _levels = new();
    private Section? _section;
    private string _file = "";
    private int _number;

    public ConfigReader(IConfigFiles files, HAProxyParseOptions options, Findings findings)
    {
        _files = files;
        _findings = findings;
        _environment = new EnvironmentTable(files);
        if (options.LocalPeer is { } peer)
        {
            _environment.Set("HAPROXY_LOCALPEER", peer);
        }
        _environment.Set("HAPROXY_BRANCH", "2.6");
        _environment.Set("HAPROXY_STARTUP_VERSION", options.Version);
        _lexer = new LineLexer(Variable);
        _conditions = new ConditionEvaluator(new ConditionFacts(
            _environment.Get, options.Features, options.Version, options.OpenSslVersion));
    }

    private enum Branch : byte
    {
        Taken,
        NotYet,
        Done,
    }

    private sealed record Level(SourceSpan Span)
    {
        public Branch Branch { get; set; }

        public bool HasElse { get; set; }
    }

    /// <summary>All sections so far.</summary>
    public List<Section> Sections { get; } = [];

    /// <summary>The texts that were read, by path.</summary>
    public Dictionary<string, string> Texts { get; } = new(StringComparer.Ordinal);

    /// <summary>The files in the order in which they were read.</summary>
    public List<string> Paths { get; } = [];

    /// <summary>Reads a file, or the <c>*.cfg</c> files of a directory in byte order.</summary>
    public void Read(string path)
    {
        ConfigFile file = _files.ReadScript(path);
        switch (file.Status)
        {
            case ConfigFileStatus.Read:
                ReadText(path, file.Text);
                break;
            case ConfigFileStatus.NotAFile:
                foreach (string name in _files.List(path).Order(StringComparer.Ordinal))
                {
                    if (name.EndsWith(".cfg", StringComparison.Ordinal) && !name.StartsWith('.'))
                    {
                        string full = PathText.Join(path, name);
                        ConfigFile member = _files.ReadScript(full);
                        if (member.Status == ConfigFileStatus.Read)
                        {
                            ReadText(full, member.Text);
                        }
                        else if (member.Status != ConfigFileStatus.NotAFile)
                        {
                            Unreadable(full, member.Status);
                        }
                    }
                }
                break;
            default:
                Unreadable(path, file.Status);
                break;
        }
    }

    /// <summary>Reads a text as if it stood in a file.</summary>
    public void ReadText(string path, string text)
    {
        Texts[path] = text;
        Paths.Add(path);
        _file = path;
        _section = null;
        _number = 0;
        _levels.Clear();
        int start = 0;
        while (start < text.Length)
        {
            int end = text.IndexOf('\n', start);
            _number++;
            if (end < 0)
            {
                _findings.Report(FindingCodes.MissingLineFeed,
                    new SourceSpan(path, _number, text.Length - start + 1, 1),
                    "missing LF on last line, file might have been truncated");
                end = text.Length;
            }
            Line(text[start..end]);
            start = end + 1;
        }
        if (_levels.TryPeek(out Level? open))
        {
            _findings.Report(FindingCodes.ConditionBlock, open.Span, "non-terminated '.if' block");
        }
    }

    private string? Variable(string name) => name switch
    {
        ".FILE" => _file,
        ".LINE" => _number.ToString(CultureInfo.InvariantCulture),
        ".SECTION" => _section is null ? "" : _section.Name.Length > 0 ? _section.Name : _section.Kind,
        _ => _environment.Get(name),
    };

    private void Line(string line)
    {
        int nul = line.IndexOf('\0', StringComparison.Ordinal);
        if (nul >= 0)
        {
            _findings.Report(FindingCodes.NulByte, new SourceSpan(_file, _number, nul + 1, 1),
                $"an unexpected NUL character at position {nul + 1}");
            return;
        }
        Word[] words = _lexer.Split(line, _file, _number);
        if (_lexer.Fault is { } fault)
        {
            _findings.Report(fault.Message.StartsWith("too many", StringComparison.Ordinal)
                    ? FindingCodes.TooManyWords : FindingCodes.BadSpelling,
                new SourceSpan(_file, _number, fault.Column, 1), fault.Message);
            return;
        }
        if (words.Length == 0 || words[0].Text.Length == 0)
        {
            return;
        }
        if (words[0].Text[0] == '.')
        {
            Directive(words);
            return;
        }
        if (IsSkipping || words[0].Text[0] == '[')
        {
            return;
        }
        StatementOf(CutAtEmpty(words));
    }

    /// <summary>An empty word ends the line, as it does in the original up to 3.1; here it is said.</summary>
    private Word[] CutAtEmpty(Word[] words)
    {
        int empty = Array.FindIndex(words, static w => w.Text.Length == 0);
        if (empty < 0)
        {
            return words;
        }
        if (empty < words.Length - 1)
        {
            _findings.Report(FindingCodes.EmptyWord, words[empty],
                "an empty word ends the line: what stands behind it is ignored",
                "give the variable a default as in \"${NAME-value}\"");
        }
        return words[..empty];
    }

    private void StatementOf(Word[] words)
    {
        var prefix = Prefix.None;
        if (words[0].Text is "no" or "default")
        {
            if (words.Length < 2 || !KeywordTable.MayBeNegated(words[1].Text))
            {
                _findings.Report(FindingCodes.BadPrefix, words[0], $"'{words[0]}' may stand only before option, "
                    + "log and switches of the global section");
                return;
            }
            prefix = words[0].Text == "no" ? Prefix.No : Prefix.Default;
            words = words[1..];
        }
        var statement = new Statement(words, prefix);
        if (KeywordTable.IsSection(words[0].Text) && prefix == Prefix.None)
        {
            _section = new Section(statement);
            Sections.Add(_section);
            return;
        }
        if (_section is null)
        {
            string? near = NearestWord.Find(words[0].Text, KeywordTable.SectionNames);
            _findings.Report(FindingCodes.OutOfSection, words[0], $"unknown keyword '{words[0]}' out of section",
                near is null ? "a file begins with a section, such as global, defaults, frontend" : null, near);
            return;
        }
        _section.Statements.Add(statement);
        if (_section.Kind == "global")
        {
            ChangeEnvironment(statement);
        }
    }

    private void ChangeEnvironment(Statement statement)
    {
        switch (statement.Keyword.Text)
        {
            case "setenv" when statement.Words.Length >= 3:
                _environment.Set(statement.Text(1), statement.Text(2));
                break;
            case "presetenv" when statement.Words.Length >= 3:
                _environment.Preset(statement.Text(1), statement.Text(2));
                break;
            case "unsetenv":
                Array.ForEach(statement.Words[1..], w => _environment.Unset(w.Text));
                break;
            case "resetenv":
                _environment.Reset(statement.Words[1..].Select(static w => w.Text));
                break;
            default:
                break;
        }
    }

    private void Unreadable(string path, ConfigFileStatus status)
    {
        string why = status switch
        {
            ConfigFileStatus.Missing => "does not exist",
            ConfigFileStatus.TooLarge => "is too large",
            _ => "cannot be read",
        };
        _findings.Report(FindingCodes.FileUnreadable, new SourceSpan(path, 1, 1, 0), $"'{path}' {why}");
    }
}
