using Holdfast.Config.Keepalived.Binding;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived;

/// <summary>Reads a keepalived.conf: text to <see cref="KeepalivedModel"/> and findings. Pure and total.</summary>
public static class KeepalivedParser
{
    /// <summary>Parses a file and all that it includes; reports everything wrong in one run, throws nothing.</summary>
    /// <param name="path">The first file, as messages are to name it.</param>
    /// <param name="files">Where files come from.</param>
    /// <param name="options">What the command line adds; null: nothing.</param>
    public static KeepalivedParseResult Parse(
        string path, IConfigFiles files, KeepalivedParseOptions? options = null)
    {
        options ??= new KeepalivedParseOptions();
        var recorder = new RecordingConfigFiles(files);
        var findings = new Findings(options.AcceptLoss);
        var preprocessor = new Preprocessor(recorder, options, findings);
        var model = new KeepalivedModel();
        var secrets = new SecretMask();
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        bool isRulesOnly = path.Length == 0 && options.RuleFiles.Length > 0;
        ConfigFile first = isRulesOnly ? default : recorder.Read(path);
        if (first.Status != ConfigFileStatus.Read)
        {
            ReportUnreadable(findings, path, first.Status);
        }
        else if (!isRulesOnly)
        {
            List<LogicalLine> lines = preprocessor.Run(path, first.Text);
            ConfigNode root = new TreeBuilder(findings).Build(lines);
            secrets.Learn(root);
            new ValueReader(findings).ReadAll(root);
            model = options.Parts.Of(new Binder(root, options, findings).Bind());
            if (root.ChildrenOrEmpty.Count == 0 && findings.Bag.Count == 0)
            {
                findings.Report(FindingCodes.FileEmpty, new SourceSpan(path, 1, 1, 0), "the file holds no keyword");
            }
        }
        foreach (string file in options.RuleFiles)
        {
            model = RuleFileReader.Read(file, recorder, model, findings, texts);
        }
        foreach ((string file, string text) in findings.Bag.Count == 0
            ? preprocessor.Texts : secrets.Mask(preprocessor.Texts))
        {
            texts[file] = text;
        }
        return new KeepalivedParseResult
        {
            Model = model,
            Diagnostics = [.. findings.Bag.ToImmutable().Select(secrets.Mask)],
            Snapshot = recorder.Snapshot,
            Texts = texts,
        };
    }

    private static void ReportUnreadable(Findings findings, string path, ConfigFileStatus status)
    {
        string why = status switch
        {
            ConfigFileStatus.Missing => "does not exist",
            ConfigFileStatus.NotAFile => "is not a regular file",
            ConfigFileStatus.Executable => "is executable, so keepalived takes it for a script",
            ConfigFileStatus.TooLarge => "is too large",
            _ => "cannot be read",
        };
        findings.Report(FindingCodes.FileUnreadable, new SourceSpan(path, 1, 1, 0), $"'{path}' {why}",
            status == ConfigFileStatus.Executable ? $"chmod a-x {path}" : null);
    }
}
