using System.Collections.Immutable;
using System.Text.Json;
using Holdfast.Config.HAProxy;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Nginx;
using Holdfast.HAProxy;
using Holdfast.Linux.Abi;
using Holdfast.Nginx;
using Holdfast.Runtime.Proxy;
using Holdfast.Runtime.Supervision;
using Holdfast.Runtime.Vrrp;
using Holdfast.Runtime.Web;
using Holdfast.Web.Translation;

namespace Holdfast.Commands;

/// <summary>What a plan is compared with: what a daemon runs, or a file.</summary>
/// <param name="Keepalived">Its keepalived.conf.</param>
/// <param name="Path">The path of that; empty: there is none.</param>
/// <param name="ProxyPaths">Its files of haproxy.</param>
/// <param name="ProxyTexts">Their texts, with passwords masked.</param>
internal sealed record PlanInput(
    KeepalivedSnapshot.Content Keepalived, string Path, ImmutableArray<string> ProxyPaths,
    ImmutableArray<string> ProxyTexts)
{
    /// <summary>Its nginx.conf; null: there is none.</summary>
    internal WebSnapshot? Web { get; init; }

    private const int FileHasErrors = 1;
    private const int Usage = 2;

    /// <summary>Reads it; null, and the exit code, after what went wrong was said.</summary>
    internal static PlanInput? Read(string? from, string runDirectory, out int code)
        => from is null ? OfDaemon(runDirectory, out code) : OfFile(from, out code);

    private static PlanInput? OfFile(string from, out int code)
    {
        code = Usage;
        if (!ConfigArgument.TryRead(from, out string path, out ConfigDialect dialect, out string? error)
            || (dialect is not (ConfigDialect.HAProxy or ConfigDialect.Nginx)
                && !ConfigArgument.TryRead(from, out path, out error)))
        {
            Console.Error.WriteLine(error);
            return null;
        }
        code = FileHasErrors;
        var options = new KeepalivedParseOptions();
        if (dialect == ConfigDialect.HAProxy)
        {
            HAProxyParseResult proxy = HAProxyLoader.Parse([path], new HAProxyParseOptions());
            if (proxy.HasErrors)
            {
                PlanCommand.Report(proxy.Texts, proxy.Diagnostics);
                return null;
            }
            KeepalivedParseResult empty = KeepalivedLoader.Parse("", options);
            return new PlanInput(new KeepalivedSnapshot.Content("", options, empty.Snapshot), "", [path],
                [.. proxy.Paths.Select(one => proxy.Texts[one])]);
        }
        if (dialect == ConfigDialect.Nginx)
        {
            string whole = System.IO.Path.GetFullPath(path);
            NginxParseResult web = NginxLoader.Parse(whole, new NginxParseOptions());
            if (web.HasErrors)
            {
                PlanCommand.Report(web.Texts, web.Diagnostics);
                return null;
            }
            KeepalivedParseResult empty = KeepalivedLoader.Parse("", options);
            return new PlanInput(new KeepalivedSnapshot.Content("", options, empty.Snapshot), "", [], [])
            {
                Web = new WebSnapshot(whole, web.Snapshot, WebFacts.None),
            };
        }
        KeepalivedParseResult parsed = KeepalivedLoader.Parse(path, options);
        if (parsed.HasErrors)
        {
            PlanCommand.Report(parsed.Texts, parsed.Diagnostics);
            return null;
        }
        return new PlanInput(new KeepalivedSnapshot.Content(path, options, parsed.Snapshot), path, [], []);
    }

    private static PlanInput? OfDaemon(string runDirectory, out int code)
    {
        Errno errno = ControlClient.TryAsk(runDirectory, """{"command":"configuration"}""", out byte[] reply);
        if (errno != Errno.Success)
        {
            code = ControlRequest.ReportNoDaemon(runDirectory, errno);
            return null;
        }
        using JsonDocument document = JsonDocument.Parse(reply);
        if (!document.RootElement.GetProperty("ok").GetBoolean())
        {
            Console.Error.WriteLine(document.RootElement.GetProperty("error").GetString());
            code = ControlRequest.Refused;
            return null;
        }
        code = 0;
        KeepalivedSnapshot.Content before
            = KeepalivedSnapshot.Read(document.RootElement.GetProperty("snapshot").GetBytesFromBase64());
        string path = before.Path.Length == 0 ? ""
            : System.IO.Path.Combine(before.Files.WorkingDirectory, before.Path);
        WebSnapshot? served = document.RootElement.TryGetProperty("web", out JsonElement site)
            ? WebSnapshot.FromBytes(site.GetBytesFromBase64()) : null;
        if (!document.RootElement.TryGetProperty("proxy", out JsonElement raw))
        {
            return new PlanInput(before, path, [], []) { Web = served };
        }
        ProxySnapshot proxy = ProxySnapshot.FromBytes(raw.GetBytesFromBase64());
        HAProxyParseResult runs = HAProxyParser.Parse(
            proxy.Paths, proxy.Files, new HAProxyParseOptions { AcceptLoss = true, LocalPeer = proxy.LocalPeer });
        return new PlanInput(before, path, proxy.Paths, [.. runs.Paths.Select(one => runs.Texts[one])])
        {
            Web = served,
        };
    }
}
