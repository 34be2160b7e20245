using Holdfast.Config.Keepalived.Schema;
using Holdfast.Config.Text;

namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>Layer 10: logical lines to a tree of keywords, by the table.</summary>
internal sealed class TreeBuilder(Findings findings)
{
    private const int MaxDepth = 16;

    private static readonly KeywordSpec s_rootSpec =
        new("", ValueSpec.Block, "", SupportClass.Done, "") { Opens = BlockKind.Top };

    private readonly Stack<ConfigNode> _open = new();
    private ConfigNode? _awaitsBrace;
    private Word? _unknown;
    private Word? _skipped;
    private int _skipDepth;

    /// <summary>Builds the tree; its root is the top level.</summary>
    public ConfigNode Build(List<LogicalLine> lines)
    {
        BlockSchema top = KeepalivedSchema.Get(BlockKind.Top);
        var root = new ConfigNode(s_rootSpec, top, default, []) { IsValid = true };
        _open.Push(root);
        foreach (LogicalLine line in lines)
        {
            Take(line);
        }
        ReportMissingBrace();
        ReportUnclosed();
        return root;
    }

    private void Take(in LogicalLine line)
    {
        if (_skipDepth > 0)
        {
            _skipDepth += line.Kind == LogicalLineKind.Open ? 1 : line.Kind == LogicalLineKind.Close ? -1 : 0;
            return;
        }
        switch (line.Kind)
        {
            case LogicalLineKind.Open:
                Open(line.Text);
                return;
            case LogicalLineKind.Close:
                ReportMissingBrace();
                _unknown = null;
                Close(line.Text);
                return;
            case LogicalLineKind.Option:
                (_open.Peek().Options ??= []).AddRange(WordSplitter.Split(line.Text));
                return;
            default:
                ReportMissingBrace();
                _unknown = null;
                TakeWords(line.Text);
                return;
        }
    }

    private void Open(MappedText brace)
    {
        if (_awaitsBrace is { } node)
        {
            _awaitsBrace = null;
            if (_open.Count >= MaxDepth)
            {
                findings.Report(FindingCodes.TooDeep, node.Span, "blocks are nested too deeply");
                _skipDepth = 1;
                return;
            }
            _open.Push(node);
            return;
        }
        if (_unknown is { } unknown)
        {
            // One finding is enough for an unknown block: what is in it cannot be judged.
            _skipped = unknown;
            _skipDepth = 1;
            _unknown = null;
            return;
        }
        findings.Report(FindingCodes.UnexpectedOpen, brace.Span(0, 1), "this brace opens nothing",
            "remove it, or write the block's keyword before it");
    }

    private void Close(MappedText brace)
    {
        if (_open.Count > 1)
        {
            _open.Pop();
            return;
        }
        findings.Report(FindingCodes.UnexpectedClose, brace.Span(0, 1), "this brace closes nothing",
            "remove it, or look for a block that was closed too early");
    }

    private void TakeWords(MappedText text)
    {
        ConfigNode block = _open.Peek();
        if (block.Spec.Value.HoldsLines)
        {
            // A line that is only an unclosed quote has no word; it was reported with the quote.
            if (text.Text[0] != '"' || WordSplitter.Split(text).Count > 0)
            {
                block.Lines.Add(text);
            }
            return;
        }
        List<Word> words = WordSplitter.Split(text);
        if (words.Count == 0)
        {
            return;
        }
        Word keyword = words[0];
        BlockSchema schema = KeepalivedSchema.Get(block.Spec.Opens);
        KeywordSpec? spec = schema.Find(keyword.Text);
        if (spec is null)
        {
            KeywordAdvice.ReportUnknown(findings, schema, keyword);
            _unknown = keyword;
            return;
        }
        words.RemoveAt(0);
        if (spec.IsShellLike)
        {
            words = ShellWords.Split(text);
            words.RemoveAt(0);
        }
        var node = new ConfigNode(spec, schema, keyword, words);
        block.Children.Add(node);
        _awaitsBrace = spec.Value.OpensBlock ? node : null;
    }

    private void ReportMissingBrace()
    {
        if (_awaitsBrace is { } node)
        {
            // The lines that follow still belong to it: that is what the writer meant.
            findings.Report(FindingCodes.MissingBrace, node.Keyword, $"{node.Spec.Name} lacks its '{{'",
                $"write '{node.Spec.Value.Syntax.Replace("…", "", StringComparison.Ordinal)}'");
            _awaitsBrace = null;
            _open.Push(node);
        }
    }

    private void ReportUnclosed()
    {
        if (_skipDepth > 0 && _skipped is { } skipped)
        {
            findings.Report(FindingCodes.UnclosedBlock, skipped, $"the block '{skipped}' is not closed");
        }
        while (_open.Count > 1)
        {
            ConfigNode node = _open.Pop();
            findings.Report(FindingCodes.UnclosedBlock, node.Keyword, $"the block '{node.Spec.Name}' is not closed",
                "add the missing '}'");
        }
    }
}
