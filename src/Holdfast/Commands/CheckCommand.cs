using System.Collections.Immutable;
using System.CommandLine;
using Holdfast.Config.HAProxy;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Nginx;
using Holdfast.Config.Text;
using Holdfast.HAProxy;
using Holdfast.Linux;
using Holdfast.Linux.Netlink;
using Holdfast.Nginx;
using Holdfast.Primitives;
using Holdfast.Runtime.Readiness.Lvs;

namespace Holdfast.Commands;

/// <summary><c>holdfast check FILE…</c>: everything that is wrong, in one run.</summary>
internal static class CheckCommand
{
    internal static Command Create()
    {
        var files = new Argument<string[]>("files")
        {
            Description = "keepalived.conf, haproxy.cfg or nginx.conf files, or files of ipvsadm rules",
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
        var host = new Option<bool>("--host")
        {
            Description = "Also whether this host fits the virtual servers and users",
        };
        var command = new Command("check", "Check configurations; exit code 0 usable, 1 errors, 2 usage")
        {
            files, format, strict, id, loss, host,
        };
        command.SetAction(result =>
        {
            bool bad = false;
            foreach (string file in result.GetValue(files)!)
            {
                if (!ConfigArgument.TryRead(file, out string path, out ConfigDialect dialect, out string? error))
                {
                    Console.Error.WriteLine(error);
                    return 2;
                }
                if (dialect == ConfigDialect.HAProxy)
                {
                    HAProxyParseResult proxy = HAProxyLoader.Parse([path],
                        new HAProxyParseOptions { AcceptLoss = result.GetValue(loss) });
                    Print(proxy.Diagnostics, proxy.Texts, result.GetValue(format) == "json");
                    bad |= IsBad(proxy.Diagnostics, result.GetValue(strict));
                    continue;
                }
                if (dialect == ConfigDialect.Nginx)
                {
                    NginxParseResult web = NginxLoader.Parse(
                        path, new NginxParseOptions { AcceptLoss = result.GetValue(loss) });
                    ImmutableArray<Diagnostic> findings = result.GetValue(host)
                        ? [.. web.Diagnostics, .. HostFindings.Of(web).Diagnostics] : web.Diagnostics;
                    Print(findings, web.Texts, result.GetValue(format) == "json");
                    bad |= IsBad(findings, result.GetValue(strict));
                    continue;
                }
                bool isRules = dialect == ConfigDialect.Ipvsadm;
                var options = new KeepalivedParseOptions
                {
                    ConfigId = result.GetValue(id),
                    AcceptLoss = result.GetValue(loss),
                    RuleFiles = isRules ? [path] : [],
                };
                KeepalivedParseResult parsed = KeepalivedLoader.Parse(isRules ? "" : path, options);
                ImmutableArray<Diagnostic> diagnostics = parsed.Diagnostics;
                if (result.GetValue(host))
                {
                    diagnostics = [.. diagnostics, .. OfHost(parsed.Model)];
                }
                Print(diagnostics, parsed.Texts, result.GetValue(format) == "json");
                bad |= IsBad(diagnostics, result.GetValue(strict));
            }
            return bad ? 1 : 0;
        });
        return command;
    }

    private static bool IsBad(ImmutableArray<Diagnostic> diagnostics, bool strict)
        => diagnostics.Any(d => d.Severity >= (strict ? Severity.Warning : Severity.Error));

    /// <summary>What of this host does not fit, as findings at the place that it is about.</summary>
    private static IEnumerable<Diagnostic> OfHost(KeepalivedModel model)
    {
        ImmutableArray<LvsService> services = LvsService.Of(model);
        if (services.IsEmpty)
        {
            return [];
        }
        try
        {
            using RouteNetlink netlink = RouteNetlink.Open();
            return LvsFacts.TryRead(netlink, services, out LvsFacts? facts)
                ? LvsJudge.Judge(services, model, facts!).Select(f => ToDiagnostic(f, services[0].Span)) : [];
        }
        catch (LinuxException e)
        {
            return [new Diagnostic("host", Severity.Warning, services[0].Span, e.Message)];
        }
    }

    private static Diagnostic ToDiagnostic(LvsFinding finding, SourceSpan elsewhere) => new(finding.Code,
        finding.Severity switch
        {
            LvsSeverity.Prevents => Severity.Error,
            LvsSeverity.Warning => Severity.Warning,
            _ => Severity.Note,
        }, finding.Span ?? elsewhere, finding.Text)
    {
        Help = finding.Remedy,
    };

    private static void Print(
        ImmutableArray<Diagnostic> diagnostics, IReadOnlyDictionary<string, string> texts, bool json)
    {
        bool colour = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;
        Console.Out.WriteLine(json
            ? JsonRenderer.Render(diagnostics)
            : new TextRenderer(texts, colour).Render(diagnostics));
    }
}
