using System.Globalization;
using System.Text.Json;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Checks.Reports;

/// <summary>One checker in the status.</summary>
internal static class CheckerReport
{
    internal static void Write(
        Utf8JsonWriter json, ChecksView view, CheckerModel checker, CheckStatus status, StatusKind kind)
    {
        CheckTimingModel timing = checker.Timing;
        json.WriteStartObject();
        json.WriteString("kind", checker.Keyword);
        json.WriteString("target", TargetOf(checker));
        ChecksStatus.WritePlace(json, checker.Span);
        json.WriteString("state", !status.IsUp ? "down" : "up");
        json.WriteBoolean("known", status.HasRun);
        json.WriteBoolean("suspended", status.IsSuspended);
        json.WriteNumber("since_ms", ChecksStatus.Milliseconds(view.Now - status.Since));
        json.WriteNumber("failures", status.Failures);
        json.WriteNumber("retries", timing.Retries);
        json.WriteNumber("retries_left", status.IsUp ? timing.Retries - status.Failures : 0);
        if (status.WeightDelta != 0)
        {
            json.WriteNumber("weight_delta", status.WeightDelta);
        }
        if (status.IsRunning || !status.Due.IsNever)
        {
            json.WriteNumber("next_ms",
                status.IsRunning ? 0 : Math.Max(0, ChecksStatus.Milliseconds(status.Due - view.Now)));
        }
        json.WriteBoolean("running", status.IsRunning);
        if (status.LastAt != default)
        {
            WriteLast(json, "last", status.Last, view.Now - status.LastAt);
            json.WriteNumber("took_us", (long)status.LastTook.TotalMicroseconds);
        }
        if (!status.LastFailure.IsSuccess)
        {
            WriteLast(json, "last_failure", status.LastFailure, view.Now - status.LastFailureAt);
        }
        if (kind == StatusKind.Explain)
        {
            WriteTiming(json, checker);
            WriteResults(json, view, checker, status.Id);
        }
        json.WriteEndObject();
    }

    /// <summary>What is asked: an address, a URL, a script, a file.</summary>
    internal static string TargetOf(CheckerModel checker) => checker switch
    {
        HttpCheckModel { Urls: [var only] } http => Connection(http) + " " + only.Path,
        HttpCheckModel http => string.Create(
            CultureInfo.InvariantCulture, $"{Connection(http)} {http.Urls[0].Path} and {http.Urls.Length - 1} more"),
        DnsCheckModel dns => $"{Connection(dns)} {dns.QueryName} {dns.QueryType}",
        PingCheckModel ping => ping.Connection.Address.ToString(),
        NetworkCheckerModel network => Connection(network),
        MiscCheckModel misc => string.Join(' ', misc.Command.Arguments),
        FileCheckModel file => file.TrackFile,
        BfdCheckModel bfd => bfd.Name,
        _ => "",
    };

    private static string Connection(NetworkCheckerModel checker)
        => ChecksStatus.Endpoint(checker.Connection.Address, checker.Connection.Port);

    private static void WriteTiming(Utf8JsonWriter json, CheckerModel checker)
    {
        CheckTimingModel timing = checker.Timing;
        bool isAsked = checker is not (FileCheckModel or BfdCheckModel);
        json.WriteBoolean("probes", isAsked);
        json.WriteNumber("delay_loop_ms", ChecksStatus.Milliseconds(timing.DelayLoop));
        json.WriteNumber("delay_before_retry_ms", ChecksStatus.Milliseconds(timing.DelayBeforeRetry));
        json.WriteBoolean("alpha", timing.Alpha);
        json.WriteNumber("steps", checker is HttpCheckModel http ? http.Urls.Length : 1);
        TimeSpan? limit = checker switch
        {
            NetworkCheckerModel network => network.Connection.Timeout,
            MiscCheckModel misc => misc.Timeout,
            _ => null,
        };
        if (limit is { } timeout)
        {
            json.WriteNumber("timeout_ms", ChecksStatus.Milliseconds(timeout));
        }
    }

    private static void WriteResults(Utf8JsonWriter json, ChecksView view, CheckerModel checker, CheckId id)
    {
        json.WriteStartArray("results");
        foreach (CheckResult result in view.Engine.ResultsOf(id))
        {
            json.WriteStartObject();
            json.WriteNumber("ms_ago", ChecksStatus.Milliseconds(view.Now - result.At));
            json.WriteNumber("took_us", (long)result.Took.TotalMicroseconds);
            json.WriteBoolean("ok", result.Result.IsSuccess);
            json.WriteString("text", result.Result.ToString());
            if (checker is HttpCheckModel { Urls.Length: > 1 } http && result.Step < http.Urls.Length)
            {
                json.WriteString("url", http.Urls[result.Step].Path);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteLast(Utf8JsonWriter json, string name, ProbeResult result, TimeSpan ago)
    {
        json.WriteString(name, result.ToString());
        json.WriteNumber($"{name}_ms_ago", ChecksStatus.Milliseconds(ago));
    }
}
