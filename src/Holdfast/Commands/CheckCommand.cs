using System.CommandLine;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Commands;

/// <summary><c>holdfast check FILE…</c>: everything that is wrong, in one run.</summary>
internal static class CheckCommand
{
    internal static Command Create()
    {
        var files = new Argument<string[]>("files")
        {
            Description = "keepalived.conf files",
            Arity = ArgumentArity.OneOrMore,
        };
        var format = new Option<string>("--format")
        {
            Description = "text or json",
            DefaultValueFactory = static _ => "text",
        };
        format.AcceptOnlyFromAmong("text", "json");
        var strict = new Option<bool>("--strict") { Description = "Warnings count as errors" };
        var id = new Option<string?>("--config-id") { Description = "Id for lines that begin with @" };
        var loss = new Option<bool>("--accept-loss") { Description = "Unsupported keywords are warnings" };
        var command = new Command("check", "Check configurations; exit code 0 usable, 1 errors, 2 usage")
        {
            files, format, strict, id, loss,
        };
        command.SetAction(result =>
        {
            bool bad = false;
            foreach (string file in result.GetValue(files)!)
            {
                if (!ConfigArgument.TryRead(file, out string path, out string? error))
                {
                    Console.Error.WriteLine(error);
                    return 2;
                }
                var options = new KeepalivedParseOptions
                {
                    ConfigId = result.GetValue(id),
                    AcceptLoss = result.GetValue(loss),
                };
                KeepalivedParseResult parsed = KeepalivedLoader.Parse(path, options);
                Print(parsed, result.GetValue(format) == "json");
                Severity limit = result.GetValue(strict) ? Severity.Warning : Severity.Error;
                bad |= parsed.Diagnostics.Any(d => d.Severity >= limit);
            }
            return bad ? 1 : 0;
        });
        return command;
    }

    private static void Print(KeepalivedParseResult parsed, bool json)
    {
        bool colour = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;
        Console.Out.WriteLine(json
            ? JsonRenderer.Render(parsed.Diagnostics)
            : new TextRenderer(parsed.Texts, colour).Render(parsed.Diagnostics));
    }
}
