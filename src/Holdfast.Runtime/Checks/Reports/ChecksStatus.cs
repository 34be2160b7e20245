using System.Text.Json;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Health.Services;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Checks.Reports;

/// <summary>The state of all virtual servers as JSON, for <c>holdfast status</c> and <c>explain</c>.</summary>
internal static class ChecksStatus
{
    /// <summary>Writes the object <c>checks</c>.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="view">What is known.</param>
    /// <param name="kind">
    /// Summary: of checkers only those that are down. Full: all. Explain: all, with results and outlook.
    /// </param>
    /// <param name="service">0-based index of the only service to tell of; −1: all.</param>
    /// <param name="server">0-based index of the only server to tell of; −1: all.</param>
    internal static void Write(Utf8JsonWriter json, ChecksView view, StatusKind kind, int service = -1, int server = -1)
    {
        ILookup<(int Service, int Server), CheckStatus> checkers = view.Checkers();
        json.WriteStartObject();
        json.WriteString("plane", view.Plane);
        json.WriteString("plane_reason", view.PlaneReason);
        json.WriteString("problem", view.PlaneProblem);
        WriteStrings(json, "refused", view.Refused);
        WriteStrings(json, "problems", view.Engine.Problems);
        WriteStatistics(json, view.Engine);
        json.WriteStartArray("services");
        for (int i = 0; i < view.Model.VirtualServers.Length; i++)
        {
            if (service < 0 || service == i)
            {
                WriteService(json, view, checkers, kind, i, server);
            }
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>"10.0.0.2:80" or "[2001:db8::2]:80"; without port for a mark or every port.</summary>
    internal static string Endpoint(IpAddress address, int port)
        => port == 0 ? address.ToString()
            : string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"{(address.IsV6 ? $"[{address}]" : address.ToString())}:{port}");

    /// <summary>Milliseconds of a duration, rounded down.</summary>
    internal static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;

    internal static void WritePlace(Utf8JsonWriter json, SourceSpan span)
    {
        json.WriteString("file", span.File);
        json.WriteNumber("line", span.Line);
    }

    private static void WriteStatistics(Utf8JsonWriter json, CheckEngine engine)
    {
        CheckStatistics statistics = engine.Statistics;
        json.WriteStartObject("statistics");
        json.WriteNumber("checkers", engine.Count);
        json.WriteNumber("started", statistics.Started);
        json.WriteNumber("succeeded", statistics.Succeeded);
        json.WriteNumber("failed", statistics.Failed);
        json.WriteNumber("abandoned", statistics.Abandoned);
        json.WriteNumber("late_p99_us", (long)statistics.Lateness(0.99).TotalMicroseconds);
        json.WriteNumber("late_max_us", (long)statistics.LatenessMax.TotalMicroseconds);
        json.WriteEndObject();
    }

    private static void WriteService(
        Utf8JsonWriter json, ChecksView view, ILookup<(int, int), CheckStatus> checkers, StatusKind kind, int index,
        int only)
    {
        VirtualServerModel service = view.Model.VirtualServers[index];
        ServiceState state = view.Board.StateOf(index);
        ServiceTable table = view.Board.TableOf(index);
        json.WriteStartObject();
        json.WriteString("name", service.Name);
        WritePlace(json, service.Span);
        json.WriteString("family", service.Family == IpFamily.V6 ? "ipv6" : "ipv4");
        json.WriteString("protocol", service.ProtocolName);
        json.WriteString("scheduler", service.Scheduler);
        json.WriteNumber("persistence_s", (long)service.Persistence.TotalSeconds);
        json.WriteNumber("quorum", service.Quorum);
        json.WriteNumber("hysteresis", service.Hysteresis);
        json.WriteNumber("weight_up", state.WeightUp);
        json.WriteBoolean("has_quorum", state.HasQuorum);
        json.WriteBoolean("suspended", view.IsSuspended(index));
        if (service.SorryServer is { } sorry)
        {
            json.WriteStartObject("sorry_server");
            json.WriteString("address", Endpoint(sorry.Address, sorry.Port));
            json.WriteBoolean("in_use", table.SorryServer > 0);
            WriteTraffic(json, view.TrafficOf(index, sorry.Address, sorry.Port));
            json.WriteEndObject();
        }
        json.WriteStartArray("servers");
        for (int i = 0; i < service.RealServers.Length; i++)
        {
            if (only < 0 || only == i)
            {
                WriteServer(json, view, [.. checkers[(index, i)]], kind, index, i);
            }
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteServer(
        Utf8JsonWriter json, ChecksView view, CheckStatus[] checkers, StatusKind kind, int index, int number)
    {
        RealServerModel server = view.Model.VirtualServers[index].RealServers[number];
        ServerState state = view.Board.StateOf(index).Servers[number];
        long? entry = view.Board.TableOf(index).Servers[number];
        json.WriteStartObject();
        json.WriteString("address", Endpoint(server.Address, server.Port));
        WritePlace(json, server.Span);
        json.WriteString("method", MethodName(server.Forwarding));
        json.WriteString("state", state.IsUp ? "up" : "down");
        json.WriteNumber("weight", state.Weight);
        json.WriteNumber("configured_weight", server.Weight);
        ServerTraffic? inPlane = view.TrafficOf(index, server.Address, server.Port);
        if (entry is { } wanted)
        {
            json.WriteNumber("wanted_weight", wanted); // what the plane should have; absent: no entry
        }
        if (inPlane is { } seen)
        {
            json.WriteNumber("entry_weight", seen.Weight); // what it has; absent: no entry
        }
        if (SinceOf(state, checkers) is { } since)
        {
            json.WriteNumber("since_ms", Milliseconds(view.Now - since));
        }
        WriteTraffic(json, inPlane);
        json.WriteStartArray("checkers");
        for (int i = 0; i < checkers.Length; i++)
        {
            if (kind != StatusKind.Summary || !checkers[i].IsUp)
            {
                CheckerReport.Write(json, view, server.Checkers[i], checkers[i], kind);
            }
        }
        json.WriteEndArray();
        if (kind == StatusKind.Explain)
        {
            ServerOutlook.Write(json, view, index, number);
        }
        json.WriteEndObject();
    }

    /// <summary>Since when a server is up or down; null for one without checkers.</summary>
    private static MonotonicTime? SinceOf(ServerState state, CheckStatus[] checkers)
    {
        MonotonicTime[] turns = [.. checkers.Where(c => state.IsUp || !c.IsUp).Select(static c => c.Since)];
        return turns.Length == 0 ? null : state.IsUp ? turns.Max() : turns.Min();
    }

    private static void WriteTraffic(Utf8JsonWriter json, ServerTraffic? traffic)
    {
        if (traffic is { } known)
        {
            json.WriteNumber("active", known.Active);
            json.WriteNumber("inactive", known.Inactive);
            json.WriteNumber("connections", known.Total);
        }
    }

    private static string MethodName(ForwardingModel forwarding) => forwarding.Method switch
    {
        ForwardingMethod.Nat => "nat",
        ForwardingMethod.Direct => "dr",
        _ => forwarding.Tunnel switch
        {
            TunnelKind.Gue => "tun gue",
            TunnelKind.Gre => "tun gre",
            _ => "tun",
        },
    };

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }
        json.WriteEndArray();
    }
}
