using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using Holdfast.Config.HAProxy;
using Holdfast.Config.HAProxy.Planning;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Planning;
using Holdfast.Config.Nginx;
using Holdfast.Config.Nginx.Planning;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Text;
using Holdfast.HAProxy;
using Holdfast.Nginx;
using Holdfast.Primitives;

namespace Holdfast.Commands;

/// <summary><c>holdfast plan [FILE]</c>: what a reload would change, without doing it.</summary>
internal static class PlanCommand
{
    private const int FileHasErrors = 1;
    private const int Usage = 2;
    private const int WouldChange = 4;

    internal static Command Create()
    {
        var files = new Argument<string[]>("file")
        {
            Description = "The new keepalived.conf, haproxy.cfg, nginx.conf; default: the files that the daemon runs",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string> runDirectory = HoldfastCommands.RunDirectory();
        var from = new Option<string?>("--from") { Description = "Compare with this file, and ask no daemon" };
        var json = new Option<bool>("--json") { Description = "As JSON, with everything that stays as it is" };
        var detailed = new Option<bool>("--detailed-exitcode") { Description = "Exit code 4 when anything changes" };
        var command = new Command(
            "plan", "Show what a reload would change; exit code 0 done, 1 errors in a file, 2 usage, 3 no daemon")
        {
            files, runDirectory, from, json, detailed,
        };
        command.SetAction(result =>
        {
            PlanInput? before = PlanInput.Read(
                result.GetValue(from), result.GetValue(runDirectory)!, out int code);
            if (before is null)
            {
                return code;
            }
            string[] given = result.GetValue(files)!;
            // Of rules of ipvsadm alone there is no keepalived.conf, which an empty path says.
            string path = before.Path;
            List<string> proxies = [.. before.ProxyPaths];
            string? web = before.Web?.Path;
            if (given.Length > 0 && (!ConfigArgument.TryReadAll(
                given, out path, out List<string> rules, out proxies, out web, out string? error) || rules.Count > 0))
            {
                Console.Error.WriteLine(error ?? "this takes a keepalived.conf, files of haproxy and an nginx.conf, "
                    + "and no rules of ipvsadm");
                return Usage;
            }
            return Compare(
                before, path, proxies, web, given.Length == 0, result.GetValue(json), result.GetValue(detailed));
        });
        return command;
    }

    private static int Compare(
        PlanInput before, string path, List<string> proxies, string? web, bool isWhole, bool json,
        bool detailed)
    {
        var items = new List<PlannedItem>();
        if (path.Length > 0 || (isWhole && proxies.Count == 0 && web is null))
        {
            // The new file is read as the daemon would read it: with its options, on this machine.
            KeepalivedParseResult now = KeepalivedLoader.Parse(path, before.Keepalived.Options);
            Report(now.Texts, now.Diagnostics);
            if (now.HasErrors)
            {
                return FileHasErrors;
            }
            items.AddRange(ReloadPlanner.Plan(before.Keepalived.Parse().Model, now.Model).Items);
        }
        if (proxies.Count > 0)
        {
            HAProxyParseResult now = HAProxyLoader.Parse(proxies, new HAProxyParseOptions());
            Report(now.Texts, now.Diagnostics);
            if (now.HasErrors)
            {
                return FileHasErrors;
            }
            items.AddRange(ProxyPlanner.Plan(before.ProxyTexts, now.Paths.Select(one => now.Texts[one])).Items);
        }
        if (web is not null)
        {
            NginxParseResult now = NginxLoader.Parse(
                Path.GetFullPath(web), before.Web?.Options ?? new NginxParseOptions());
            Report(now.Texts, now.Diagnostics);
            if (now.HasErrors)
            {
                return FileHasErrors;
            }
            ImmutableArray<NginxDirective> runs = before.Web is { } old
                ? NginxParser.Parse(old.Path, old.Files, old.Options).Directives : [];
            items.AddRange(WebPlanner.Plan(runs, now.Directives).Items);
        }
        var plan = new ReloadPlan([.. items]);
        Console.Out.Write(json ? Json(plan) + "\n" : PlanText.Render(plan, UsesColour(Console.IsOutputRedirected)));
        return detailed && plan.HasChanges ? WouldChange : 0;
    }

    /// <summary>Shows findings of a file, if there are any.</summary>
    internal static void Report(IReadOnlyDictionary<string, string> texts, ImmutableArray<Diagnostic> findings)
    {
        if (findings.Length > 0)
        {
            Console.Error.Write(new TextRenderer(texts, UsesColour(Console.IsErrorRedirected)).Render(findings));
        }
    }

    private static bool UsesColour(bool isRedirected)
        => !isRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;

    private static string Json(ReloadPlan plan)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            PlanJson.Write(writer, plan);
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
