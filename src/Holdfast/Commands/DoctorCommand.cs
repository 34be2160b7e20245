using System.CommandLine;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Text;
using Holdfast.Nginx;
using Holdfast.Runtime.Doctor;
using Holdfast.Runtime.Supervision;
using Holdfast.Runtime.Web;

namespace Holdfast.Commands;

/// <summary><c>holdfast doctor [FILE]</c>: what on this host keeps a failover from working, and what to type.</summary>
internal static class DoctorCommand
{
    private const string UsualFile = "/etc/keepalived/keepalived.conf";
    private const int Problems = 1;
    private const int Usage = 2;

    internal static Command Create()
    {
        var file = new Argument<string?>("file")
        {
            Description = "A keepalived.conf, a file of ipvsadm rules, or an nginx.conf; without it "
                + $"{UsualFile}, if there is one, or the host alone",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string> runDirectory = HoldfastCommands.RunDirectory();
        var json = new Option<bool>("--json") { Description = "As JSON" };
        var listen = new Option<double?>("--listen") { Description = "Seconds to listen for other routers at most" };
        var id = new Option<string?>("--config-id") { Description = "Id for lines that begin with @" };
        var command = new Command(
            "doctor", "Look for what would keep a failover from working; exit code 0 healthy, 1 problems, 2 usage")
        {
            file, runDirectory, json, listen, id,
        };
        command.SetAction(result =>
        {
            string? path = result.GetValue(file) ?? (File.Exists(UsualFile) ? UsualFile : null);
            double? seconds = result.GetValue(listen);
            if (seconds is < 0 or > 3600)
            {
                Console.Error.WriteLine("--listen takes 0 to 3600 seconds");
                return Usage;
            }
            if (!TryRead(path, result.GetValue(id), out KeepalivedModel model, out WebServing? web))
            {
                return Usage;
            }
            bool isRunning = ControlClient.TryAsk(
                result.GetValue(runDirectory)!, """{"command":"version"}""", out _) == Linux.Abi.Errno.Success;
            TimeSpan? limit = seconds is { } value ? TimeSpan.FromSeconds(value) : null;
            IReadOnlyList<DoctorFinding> findings =
            [
                .. DoctorExamination.Run(model, isRunning, limit),
                .. web is null ? [] : WebChecks.Run(web, isRunning),
            ];
            DoctorView.Print(findings, path, result.GetValue(json));
            return findings.Any(static f => f.Verdict == DoctorVerdict.Bad) ? Problems : 0;
        });
        return command;
    }

    private static bool TryRead(string? path, string? id, out KeepalivedModel model, out WebServing? web)
    {
        web = null;
        model = new KeepalivedModel();
        if (path is null)
        {
            return true;
        }
        if (!ConfigArgument.TryRead(path, out string file, out ConfigDialect dialect, out string? error))
        {
            Console.Error.WriteLine(error);
            return false;
        }
        if (dialect == ConfigDialect.Nginx)
        {
            WebLoad load = NginxLoader.Load(new WebSource(file));
            if (load.Serving is null)
            {
                Console.Error.WriteLine(new TextRenderer(load.Parsed.Texts, colour: false).Render(load.Diagnostics));
            }
            web = load.Serving;
            return web is not null;
        }
        bool isRules = dialect == ConfigDialect.Ipvsadm;
        KeepalivedParseResult parsed = KeepalivedLoader.Parse(isRules ? "" : file, new KeepalivedParseOptions
        {
            ConfigId = id,
            RuleFiles = isRules ? [file] : [],
        });
        if (parsed.HasErrors)
        {
            Console.Error.WriteLine(new TextRenderer(parsed.Texts, colour: false).Render(parsed.Diagnostics));
            return false;
        }
        model = parsed.Model;
        return true;
    }
}
