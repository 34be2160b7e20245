using System.Collections.Immutable;
using System.Text.Json;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Netlink;
using Holdfast.Runtime.Logging;

namespace Holdfast.Runtime.Readiness.Lvs;

/// <summary>Keeps what is wrong with the host for its virtual servers, and tells when that changes.</summary>
internal sealed class LvsReadiness(Log log)
{
    private ImmutableArray<LvsService> _services = [];
    private ImmutableArray<LvsFinding> _findings = [];
    private KeepalivedModel _model = new();

    /// <summary>Judges this configuration from now on.</summary>
    internal void Apply(KeepalivedModel model)
    {
        _model = model;
        _services = LvsService.Of(model);
        _findings = [.. _findings.Where(_ => !_services.IsEmpty)];
    }

    /// <summary>Judges once; what is new or gone is logged.</summary>
    internal void Check(RouteNetlink netlink)
    {
        if (_services.IsEmpty || !LvsFacts.TryRead(netlink, _services, out LvsFacts? facts))
        {
            return;
        }
        ImmutableArray<LvsFinding> before = _findings;
        _findings = [.. LvsJudge.Judge(_services, _model, facts!)
            .Where(static f => f.Severity > LvsSeverity.Advice)];
        foreach (LvsFinding finding in _findings.Where(f => !before.Any(b => b.Text == f.Text)))
        {
            log.Write(LogLevel.Warning, "Virtual servers: " + finding.Text
                + (finding.Remedy is null ? "" : $" (mend it: {finding.Remedy})"), Event(finding, "found"));
        }
        foreach (LvsFinding finding in before.Where(b => !_findings.Any(f => f.Text == b.Text)))
        {
            log.Write(LogLevel.Notice, $"Virtual servers: no longer so: {finding.Text}", Event(finding, "gone"));
        }
    }

    /// <summary>Writes what was found as the member "virtual_server_problems".</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("virtual_server_problems");
        foreach (LvsFinding finding in _findings)
        {
            json.WriteStartObject();
            json.WriteString("code", finding.Code);
            json.WriteString("text", finding.Text);
            if (finding.Remedy is not null)
            {
                json.WriteString("remedy", finding.Remedy);
            }
            json.WriteBoolean("prevents", finding.Severity == LvsSeverity.Prevents);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static LogEvent Event(LvsFinding finding, string change)
        => new LogEvent("virtual_servers").With("code", finding.Code).With("change", change)
            .With("problem", finding.Text);
}
