using Holdfast.Config.Nginx.Binding;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Schema;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Text;

namespace Holdfast.Config.Nginx;

/// <summary>Reads nginx.conf: text to <see cref="NginxModel"/> and findings. Pure and total.</summary>
public static class NginxParser
{
    /// <summary>Parses a file with all that it includes; reports everything wrong in one run, throws nothing.</summary>
    /// <param name="path">The file; its directory is where includes and certificates are looked for.</param>
    /// <param name="files">Where files come from.</param>
    /// <param name="options">What the command line adds; null: nothing.</param>
    public static NginxParseResult Parse(string path, IConfigFiles files, NginxParseOptions? options = null)
    {
        options ??= new NginxParseOptions();
        var recorder = new RecordingConfigFiles(files);
        var findings = new Findings(options.AcceptLoss);
        string prefix = PathText.DirectoryOf(path);
        var reader = new ConfigReader(recorder, findings, prefix);
        if (options.GlobalDirectives.Length > 0)
        {
            reader.ReadCommandLine(options.GlobalDirectives);
        }
        reader.ReadFile(path, null, null, NginxContexts.Main, 0);
        var context = new BindContext(findings, recorder, options, prefix);
        new TreeChecks(context).Run(reader.Top);
        NginxModel model = MainBinder.Bind(context, reader.Top);
        new EndChecks(context, reader).Run(model);
        return new NginxParseResult
        {
            Model = model,
            Directives = [.. reader.Top],
            Diagnostics = findings.InOrder(),
            OriginalLines = findings.OriginalLines(),
            Snapshot = recorder.Snapshot,
            Texts = reader.Texts,
            Paths = [.. reader.Paths],
        };
    }

    /// <summary>Whether a text looks like an nginx.conf: its first directive is one of the top level.</summary>
    public static bool Recognizes(string text)
    {
        var lexer = new NginxLexer(text, "", null);
        var words = new List<NginxWord>();
        NginxTokenEnd end = lexer.Next(words);
        if (end is not (NginxTokenEnd.Semicolon or NginxTokenEnd.OpenBrace) || words.Count == 0)
        {
            return false;
        }
        DirectiveSpec? spec = DirectiveTable.Find(words[0].Text, NginxContexts.Main);
        return spec is not null && spec.IsBlock == (end == NginxTokenEnd.OpenBrace)
            && spec.Arguments.Allows(words.Count - 1);
    }
}
