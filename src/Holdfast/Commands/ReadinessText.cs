using System.Text.Json;
using Holdfast.Terminal;

namespace Holdfast.Commands;

/// <summary>Whether a failover to this node would work, in words.</summary>
internal static class ReadinessText
{
    internal const string Works = "a failover to this node would work";

    /// <summary>The report of an instance; null when it was not checked yet.</summary>
    internal static JsonElement? Of(JsonElement reply, string name)
        => reply.TryGetProperty("readiness", out JsonElement all) && all.ValueKind == JsonValueKind.Object
            && all.TryGetProperty(name, out JsonElement report) ? report : null;

    /// <summary>A line for the verdict, and one for each problem.</summary>
    internal static IEnumerable<(string Text, Tone Tone)> Lines(JsonElement? found, string role)
    {
        if (found is not { } report)
        {
            yield return ("not checked yet", Tone.Faint);
            yield break;
        }
        bool ready = StatusText.Flag(report, "ready");
        bool active = role == "active";
        yield return ready ? (active ? "this node serves" : Works, Tone.Good)
            : active ? ("this node is Active, but something is missing", Tone.Bad)
            : ("a failover to this node would not work", Tone.Bad);
        foreach (JsonElement problem in StatusText.List(report, "problems"))
        {
            bool prevents = StatusText.Flag(problem, "prevents");
            string remedy = StatusText.Text(problem, "remedy");
            yield return ((prevents ? "" : "note: ") + StatusText.Text(problem, "text")
                + (remedy.Length > 0 ? $" (mend it: {remedy})" : ""), prevents ? Tone.Bad : Tone.Warning);
        }
    }
}
