using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Binding;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy;

/// <summary>Reads haproxy.cfg: text to <see cref="HAProxyModel"/> and findings. Pure and total.</summary>
public static class HAProxyParser
{
    private const int MaxErrorsPerFile = 50;

    /// <summary>Parses files and directories; reports everything wrong in one run, throws nothing.</summary>
    /// <param name="paths">The files, and directories of <c>*.cfg</c> files, as messages are to name them.</param>
    /// <param name="files">Where files and the environment come from.</param>
    /// <param name="options">What the command line adds; null: nothing.</param>
    public static HAProxyParseResult Parse(
        IReadOnlyList<string> paths, IConfigFiles files, HAProxyParseOptions? options = null)
    {
        options ??= new HAProxyParseOptions();
        var recorder = new RecordingConfigFiles(files);
        var findings = new Findings(options.AcceptLoss);
        var reader = new ConfigReader(recorder, options, findings);
        foreach (string path in paths)
        {
            reader.Read(path);
        }
        var context = new BindContext(findings, recorder, options);
        HAProxyModel model = new ModelBinder(context).Bind(reader.Sections);
        new DefinitionChecks(context, model).Run();
        ReportPlanned(context, reader.Paths);
        return new HAProxyParseResult
        {
            Model = model,
            Diagnostics = Capped(findings.Bag.ToImmutable(), reader.Paths),
            Snapshot = recorder.Snapshot,
            Texts = Secrets.Mask(reader.Texts, reader.Sections),
            Paths = [.. reader.Paths],
        };
    }

    /// <summary>
    /// Lets go of the tables of words, half a megabyte that only parsing needs: the next one takes some milliseconds
    /// longer. May be called at any time, on any thread.
    /// </summary>
    public static void ForgetWords()
    {
        KeywordTable.Forget();
        SampleTable.Forget();
        CarriedOut.Forget();
    }

    /// <summary>Evaluates a condition as <c>-cc</c> does.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="files">Where the environment comes from.</param>
    /// <param name="options">Version and features; null: the defaults.</param>
    /// <param name="fault">What is wrong with it; null when nothing is.</param>
    public static bool Evaluate(string condition, IConfigFiles files, HAProxyParseOptions? options, out string? fault)
    {
        options ??= new HAProxyParseOptions();
        var evaluator = new ConditionEvaluator(new ConditionFacts(
            files.GetEnvironment, options.Features, options.Version, options.OpenSslVersion));
        bool holds = evaluator.Evaluate(condition);
        fault = evaluator.Fault;
        return holds;
    }

    /// <summary>Whether a text looks like a haproxy.cfg: its first statement opens a section of one.</summary>
    public static bool Recognizes(string text)
    {
        var lexer = new LineLexer(static _ => "");
        foreach (string line in text.Split('\n'))
        {
            Word[] words = lexer.Split(line, "", 1);
            if (words.Length == 0 || words[0].Text.StartsWith('.'))
            {
                continue;
            }
            // global_defs and the like of keepalived are other words; their blocks open with a brace on the line.
            return KeywordTable.IsSection(words[0].Text) && words.All(static w => w.Text != "{");
        }
        return false;
    }

    private static void ReportPlanned(BindContext context, List<string> paths)
    {
        if (context.PlannedWords.Count == 0 || context.Options.IsToRun || paths.Count == 0)
        {
            return;
        }
        int uses = context.PlannedWords.Values.Sum(static w => w.Count);
        context.Findings.Report(FindingCodes.Planned, new SourceSpan(paths[0], 1, 1, 0),
            $"{context.PlannedWords.Count} different words ({uses} uses) are understood, and not carried out by the "
            + "proxy of this version: the file checks, and does not run",
            "docs/haproxy.md says of each word what it does");
    }

    /// <summary>In the order of the text; as the original, no more than 50 errors of a file.</summary>
    private static ImmutableArray<Diagnostic> Capped(ImmutableArray<Diagnostic> all, List<string> paths)
    {
        var result = new List<Diagnostic>();
        var errors = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Diagnostic diagnostic in all.Select(static (d, i) => (d, i))
            .OrderBy(e => paths.IndexOf(e.d.Span.File) is var at and >= 0 ? at : int.MaxValue)
            .ThenBy(static e => e.d.Span.Line).ThenBy(static e => e.i).Select(static e => e.d))
        {
            if (diagnostic.Severity == Severity.Error)
            {
                int count = errors[diagnostic.Span.File] = errors.GetValueOrDefault(diagnostic.Span.File) + 1;
                if (count == MaxErrorsPerFile + 1)
                {
                    result.Add(new Diagnostic(FindingCodes.TooManyErrors.Id, Severity.Error, diagnostic.Span,
                        $"too many fatal errors ({MaxErrorsPerFile}), the rest of this file is not reported"));
                }
                if (count > MaxErrorsPerFile)
                {
                    continue;
                }
            }
            result.Add(diagnostic);
        }
        return [.. result];
    }
}
