using Holdfast.Config.Nginx.Schema;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Syntax;

/// <summary>
/// Reads files into a tree of directives. What the original checks while it reads is checked here, in its order: is
/// the word known, may it stand here, does it end as it must, has it the right number of words.
/// </summary>
internal sealed partial class ConfigReader(IConfigFiles files, Findings findings, string configurationPrefix)
{
    /// <summary>Blocks and includes inside each other.</summary>
    internal const int DepthMax = 100;

    /// <summary>Files of one configuration; one that is included twice counts twice.</summary>
    internal const int FilesMax = 10_000;

    /// <summary>Directives and lines of one configuration.</summary>
    internal const int DirectivesMax = 1_000_000;

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly List<string> _paths = [];
    private readonly List<NginxDirective> _top = [];
    private int _order;
    private int _filesRead;

    /// <summary>The texts that were read, by path.</summary>
    public IReadOnlyDictionary<string, string> Texts => _texts;

    /// <summary>Files in the order in which they were first read.</summary>
    public IReadOnlyList<string> Paths => _paths;

    /// <summary>The directives of the top level.</summary>
    public IReadOnlyList<NginxDirective> Top => _top;

    /// <summary>A position behind everything that was read.</summary>
    public int EndOrder => _order;

    /// <summary>Reads directives of the command line.</summary>
    public void ReadCommandLine(string directives)
    {
        _texts[Findings.CommandLine] = directives;
        ReadText(new Source(Findings.CommandLine, directives, null, IsCommandLine: true), null, NginxContexts.Main, 0);
    }

    /// <summary>Reads a file into a block, or into the top level.</summary>
    /// <param name="path">As it is opened and named.</param>
    /// <param name="include">The directive that asks for it; null for the first file.</param>
    /// <param name="parent">The block; null for the top level.</param>
    /// <param name="place">The context of the block.</param>
    /// <param name="depth">How deep it is.</param>
    public void ReadFile(string path, NginxDirective? include, NginxDirective? parent, NginxContexts place, int depth)
    {
        SourceSpan from = include?.Span ?? new SourceSpan(path, 1, 1, 0);
        if (depth >= DepthMax || ++_filesRead > FilesMax)
        {
            findings.ReportOwn(FindingCodes.TooDeep, _order, from, $"\"{path}\" is not read: too many includes",
                "does a file include itself?");
            return;
        }
        ConfigFile file = files.ReadScript(path);
        if (file.Status != ConfigFileStatus.Read)
        {
            ReportUnreadable(file.Status, path, from, include);
            return;
        }
        if (_texts.TryAdd(path, file.Text))
        {
            _paths.Add(path);
        }
        ReadText(new Source(path, file.Text, include?.Span, IsCommandLine: false), parent, place, depth);
    }

    private void ReportUnreadable(ConfigFileStatus status, string path, SourceSpan from, NginxDirective? include)
    {
        string message = status switch
        {
            ConfigFileStatus.Missing => $"open() \"{path}\" failed (2: No such file or directory)",
            ConfigFileStatus.Unreadable => $"open() \"{path}\" failed (13: Permission denied)",
            ConfigFileStatus.TooLarge => $"\"{path}\" is larger than 16 MB",
            _ => $"pread() \"{path}\" failed (21: Is a directory)",
        };
        bool isOpened = status == ConfigFileStatus.NotAFile;
        findings.Report(FindingCodes.FileUnreadable, include?.Order ?? _order, from, message,
            isOpened ? path : include?.File ?? "", isOpened ? 1 : include?.EndLine ?? 0);
    }

    private void ReadText(Source source, NginxDirective? parent, NginxContexts place, int depth)
    {
        var frames = new Stack<Frame>();
        frames.Push(new Frame(parent, place));
        var lexer = new NginxLexer(source.Text, source.Path, source.IncludedFrom);
        var words = new List<NginxWord>();
        while (_order < DirectivesMax)
        {
            Frame frame = frames.Peek();
            NginxTokenEnd end = lexer.Next(words);
            switch (end)
            {
                case NginxTokenEnd.EndOfFile:
                    EndFile(source, lexer, frames);
                    return;
                case NginxTokenEnd.CloseBrace when frames.Count == 1:
                    Say(FindingCodes.BadBrace, source, lexer.Line, lexer.Here(), "unexpected \"}\"",
                        "no block of this file is open here");
                    break;
                case NginxTokenEnd.CloseBrace:
                    frame.Block!.EndOrder = ++_order;
                    frame.Block.CloseLine = lexer.Line;
                    frames.Pop();
                    break;
                case NginxTokenEnd.Fault:
                    Say(FindingCodes.BadText, source, lexer.Fault!.Line, lexer.Fault.Span,
                        FaultText(source, lexer.Fault), lexer.Fault.Help);
                    if (lexer.Fault.IsFinal)
                    {
                        EndOpen(frames);
                        return;
                    }
                    if (words.Count > 0)
                    {
                        Take(source, lexer, frame, words, NginxTokenEnd.Semicolon, depth + frames.Count);
                    }
                    break;
                default:
                    if (end == NginxTokenEnd.OpenBrace && source.IsCommandLine)
                    {
                        Say(FindingCodes.BadBrace, source, lexer.Line, lexer.Here(),
                            "block directives are not supported in -g option", null);
                        return;
                    }
                    if (Take(source, lexer, frame, words, end, depth + frames.Count) is { } block)
                    {
                        frames.Push(new Frame(block, block.Opens));
                    }
                    break;
            }
        }
        findings.ReportOwn(FindingCodes.TooDeep, _order, lexer.Here(), "the configuration has too many directives");
        EndOpen(frames);
    }

    private static string FaultText(Source source, NginxLexerFault fault)
        => source.IsCommandLine && fault.Message.StartsWith("unexpected end of file", StringComparison.Ordinal)
            ? "unexpected end of parameter, expecting \";\"" : fault.Message;

    private void EndFile(Source source, NginxLexer lexer, Stack<Frame> frames)
    {
        if (frames.Count > 1)
        {
            NginxDirective open = frames.Peek().Block!;
            Say(FindingCodes.BadBrace, source, lexer.Line, open.Span, "unexpected end of file, expecting \"}\"",
                $"the block of \"{open.Name}\" is not closed in this file");
        }
        EndOpen(frames);
    }

    private void EndOpen(Stack<Frame> frames)
    {
        for (; frames.Count > 1; frames.Pop())
        {
            frames.Peek().Block!.EndOrder = ++_order;
        }
    }

    private void Say(FindingCode code, Source source, int line, SourceSpan span, string message, string? help)
        => findings.Report(code, ++_order, span, message, source.Path, line, help);

    /// <summary>A text that is being read.</summary>
    private sealed record Source(string Path, string Text, SourceSpan? IncludedFrom, bool IsCommandLine);

    /// <summary>A block that is open.</summary>
    private readonly record struct Frame(NginxDirective? Block, NginxContexts Place);
}
