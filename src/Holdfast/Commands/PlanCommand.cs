using System.CommandLine;
using System.Text;
using System.Text.Json;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Planning;
using Holdfast.Config.Text;
using Holdfast.Linux.Abi;
using Holdfast.Runtime.Supervision;
using Holdfast.Runtime.Vrrp;

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
            Description = "The new keepalived.conf; default: the file that the daemon runs",
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
            int code = TryReadBefore(
                result.GetValue(from), result.GetValue(runDirectory)!, out KeepalivedSnapshot.Content? before);
            if (before is null)
            {
                return code;
            }
            string[] given = result.GetValue(files)!;
            // Of rules of ipvsadm alone there is no keepalived.conf, which an empty path says.
            string path = before.Path.Length == 0 ? "" : Path.Combine(before.Files.WorkingDirectory, before.Path);
            if (given.Length > 0 && !ConfigArgument.TryReadOne(given, out path, out string? error))
            {
                Console.Error.WriteLine(error);
                return Usage;
            }
            return Compare(before, path, result.GetValue(json), result.GetValue(detailed));
        });
        return command;
    }

    private static int Compare(KeepalivedSnapshot.Content before, string path, bool json, bool detailed)
    {
        // The new file is read as the daemon would read it: with its options, on this machine.
        KeepalivedParseResult now = KeepalivedLoader.Parse(path, before.Options);
        if (now.Diagnostics.Length > 0)
        {
            Console.Error.Write(new TextRenderer(now.Texts, UsesColour(Console.IsErrorRedirected))
                .Render(now.Diagnostics));
        }
        if (now.HasErrors)
        {
            return FileHasErrors;
        }
        ReloadPlan plan = ReloadPlanner.Plan(before.Parse().Model, now.Model);
        Console.Out.Write(json ? Json(plan) + "\n" : PlanText.Render(plan, UsesColour(Console.IsOutputRedirected)));
        return detailed && plan.HasChanges ? WouldChange : 0;
    }

    private static int TryReadBefore(string? from, string runDirectory, out KeepalivedSnapshot.Content? before)
    {
        before = null;
        if (from is null)
        {
            return TryAskDaemon(runDirectory, out before);
        }
        if (!ConfigArgument.TryRead(from, out string path, out string? error))
        {
            Console.Error.WriteLine(error);
            return Usage;
        }
        var options = new KeepalivedParseOptions();
        KeepalivedParseResult parsed = KeepalivedLoader.Parse(path, options);
        if (parsed.HasErrors)
        {
            Console.Error.Write(new TextRenderer(parsed.Texts, UsesColour(Console.IsErrorRedirected))
                .Render(parsed.Diagnostics));
            return FileHasErrors;
        }
        before = new KeepalivedSnapshot.Content(path, options, parsed.Snapshot);
        return 0;
    }

    private static int TryAskDaemon(string runDirectory, out KeepalivedSnapshot.Content? before)
    {
        before = null;
        Errno errno = ControlClient.TryAsk(runDirectory, """{"command":"configuration"}""", out byte[] reply);
        if (errno != Errno.Success)
        {
            return ControlRequest.ReportNoDaemon(runDirectory, errno);
        }
        using JsonDocument document = JsonDocument.Parse(reply);
        if (!document.RootElement.GetProperty("ok").GetBoolean())
        {
            Console.Error.WriteLine(document.RootElement.GetProperty("error").GetString());
            return ControlRequest.Refused;
        }
        before = KeepalivedSnapshot.Read(document.RootElement.GetProperty("snapshot").GetBytesFromBase64());
        return 0;
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
