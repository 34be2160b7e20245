using System.Collections.Immutable;
using Holdfast.Config.Nginx.Schema;
using Holdfast.Config.Text;

namespace Holdfast.Config.Nginx.Syntax;

// What becomes of the words of one directive.
internal sealed partial class ConfigReader
{
    /// <summary>Makes words a directive of the open block.</summary>
    /// <returns>It, when it opens a block itself.</returns>
    private NginxDirective? Take(
        Source source, NginxLexer lexer, Frame frame, List<NginxWord> words, NginxTokenEnd end, int depth)
    {
        NginxDirective directive = Make(source, lexer.Line, frame, words);
        bool opens = end == NginxTokenEnd.OpenBrace;
        directive.IsBlock = opens;
        directive.Opens = NginxContexts.Unknown;
        if (opens && depth >= DepthMax)
        {
            findings.ReportOwn(FindingCodes.TooDeep, directive.Order, directive.Span, "blocks are too deep");
            return directive;
        }
        switch (frame.Place)
        {
            case NginxContexts.Unknown:
                return opens ? directive : null;
            case NginxContexts.Lines:
                return TakeLine(directive, frame, opens, depth);
            default:
                break;
        }
        DirectiveSpec? spec = DirectiveTable.Find(directive.Name, frame.Place);
        if (spec is null)
        {
            ReportUnknown(directive, frame.Place);
            directive.Opens = DirectiveTable.Inside(directive.Name, frame.Place);
            return opens ? directive : null;
        }
        directive.Spec = spec;
        directive.Opens = opens ? DirectiveTable.Inside(directive.Name, frame.Place) : NginxContexts.None;
        if (opens != spec.IsBlock)
        {
            ReportEnd(directive, opens);
            directive.Spec = null;
        }
        else if (!spec.Arguments.Allows(directive.Count))
        {
            findings.Report(FindingCodes.ArgumentCount, directive, directive.Span,
                $"invalid number of arguments in \"{directive.Name}\" directive",
                Forgotten(directive) ?? $"it takes {spec.Arguments.InWords}, and has {directive.Count}");
            directive.Spec = null;
        }
        else if (!opens && Forgotten(directive) is { } forgotten)
        {
            findings.ReportOwn(FindingCodes.Swallowed, directive.Order, directive.Span,
                $"\"{directive.Name}\" goes on in the next line", forgotten);
        }
        frame.Block?.Add(directive);
        if (frame.Block is null)
        {
            _top.Add(directive);
        }
        if (directive.Name == "include" && directive.Spec is not null)
        {
            Include(directive, frame, depth);
        }
        return opens ? directive : null;
    }

    /// <summary>A line of a map or the like; what it means is found out later.</summary>
    private NginxDirective? TakeLine(NginxDirective line, Frame frame, bool opens, int depth)
    {
        if (opens)
        {
            findings.Report(FindingCodes.BadBrace, line, line.Span, "unexpected \"{\"",
                $"no block may stand in \"{frame.Block!.Name}\"");
            return line;
        }
        bool mayInclude = frame.Block!.Name is "types" or "map" or "geo";
        if (line.Name == "include" && mayInclude && line.Count == 1)
        {
            Include(line, frame, depth);
            return null;
        }
        frame.Block.Add(line);
        return null;
    }

    private NginxDirective Make(Source source, int line, Frame frame, List<NginxWord> words)
        => new([.. words], frame.Block, source.Path, line) { Order = ++_order, Place = frame.Place };

    /// <summary>Reads the files that an include names, into the same block.</summary>
    private void Include(NginxDirective include, Frame frame, int depth)
    {
        string path = PathText.Join(configurationPrefix, include[0]);
        if (!GlobPattern.HasWildcard(path))
        {
            ReadFile(path, include, frame.Block, frame.Place, depth);
            return;
        }
        foreach (string found in GlobPattern.Expand(files, path))
        {
            ReadFile(found, include, frame.Block, frame.Place, depth);
        }
    }

    private void ReportUnknown(NginxDirective directive, NginxContexts place)
    {
        string name = directive.Name;
        ImmutableArray<DirectiveSpec> named = DirectiveTable.Named(name);
        if (DirectiveTable.IsKnown(name))
        {
            NginxContexts contexts = NginxContexts.None;
            foreach (DirectiveSpec spec in named)
            {
                contexts |= spec.Contexts;
            }
            findings.Report(FindingCodes.Misplaced, directive, directive.Span,
                $"\"{name}\" directive is not allowed here",
                $"it may stand in {DirectiveTable.Places(contexts)}, and this is {DirectiveTable.NameOf(place)}");
            return;
        }
        if (!named.IsEmpty)
        {
            findings.Report(FindingCodes.UnknownDirective, directive, directive.Span, $"unknown directive \"{name}\"",
                DirectiveAdvice.Of(named[0]));
            return;
        }
        string? nearest = DirectiveTable.Nearest(name, place);
        findings.Report(FindingCodes.UnknownDirective, directive, directive.Span, $"unknown directive \"{name}\"",
            name.StartsWith('\uFEFF') ? "the file begins with a byte order mark; save it without" : null, nearest);
    }

    private void ReportEnd(NginxDirective directive, bool opens)
    {
        if (opens)
        {
            findings.Report(FindingCodes.NotTerminated, directive, directive.Span,
                $"directive \"{directive.Name}\" is not terminated by \";\"", Forgotten(directive));
            // What was probably meant opens the block that follows.
            foreach (NginxWord word in directive.Words.Skip(1))
            {
                if (word.Span.Line > directive.Span.Line
                    && DirectiveTable.Find(word.Text, directive.Place) is { IsBlock: true })
                {
                    directive.Opens = DirectiveTable.Inside(word.Text, directive.Place);
                    return;
                }
            }
            directive.Opens = NginxContexts.Unknown;
            return;
        }
        findings.Report(FindingCodes.NoOpening, directive, directive.Span,
            $"directive \"{directive.Name}\" has no opening \"{{\"", Forgotten(directive));
    }

    /// <summary>The words of several lines are probably several directives, one without its semicolon.</summary>
    private static string? Forgotten(NginxDirective directive)
    {
        for (int i = 1; i < directive.Words.Length; i++)
        {
            NginxWord word = directive.Words[i], before = directive.Words[i - 1];
            if (!word.IsQuoted && word.Span.Line > before.Span.Line && DirectiveTable.IsKnown(word.Text))
            {
                return $"is a \";\" missing behind \"{before.Text}\" in line {before.Span.Line}? "
                    + $"\"{word.Text}\" is a directive itself";
            }
        }
        return null;
    }
}
