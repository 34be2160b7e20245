using System.Text.Json;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Readiness;

/// <summary>What the last check found for one instance.</summary>
/// <param name="Role">Its role then.</param>
/// <param name="Problems">What is not as a failover needs it.</param>
internal sealed record ReadinessReport(Role Role, ReadinessProblem[] Problems)
{
    /// <summary>Whether a failover to this node would work.</summary>
    internal bool IsReady => !Problems.Any(static p => p.Prevents);

    /// <summary>What prevents it, in one line.</summary>
    internal string Text => string.Join("; ", Problems.Where(static p => p.Prevents).Select(static p => p.Text));

    internal void Write(Utf8JsonWriter json, string name, TimeSpan ago)
    {
        json.WriteStartObject(name);
        json.WriteBoolean("ready", IsReady);
        json.WriteNumber("checked_ms_ago", (long)ago.TotalMilliseconds);
        json.WriteStartArray("problems");
        foreach (ReadinessProblem problem in Problems)
        {
            json.WriteStartObject();
            json.WriteString("code", problem.Code);
            json.WriteString("text", problem.Text);
            if (problem.Remedy is not null)
            {
                json.WriteString("remedy", problem.Remedy);
            }
            json.WriteBoolean("prevents", problem.Prevents);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
