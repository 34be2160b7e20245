using System.Text.Json;
using Holdfast.Health.Services;

namespace Holdfast.Runtime.Checks.Reports;

/// <summary>What would change a real server, answered by the machine that decides it.</summary>
internal static class ServerOutlook
{
    internal static void Write(Utf8JsonWriter json, ChecksView view, int service, int server)
    {
        ServerState state = view.Board.StateOf(service).Servers[server];
        json.WriteStartArray("outlook");
        for (int i = 0; i < state.IsDown.Length; i++)
        {
            ServiceEventKind kind = state.IsDown[i] ? ServiceEventKind.CheckUp : ServiceEventKind.CheckDown;
            Write(json, view, service, server, kind, i, new ServiceEvent(kind, server, i));
        }
        if (state.IsDown.Count(static d => d) > 1)
        {
            Write(json, view, service, server, ServiceEventKind.CheckUp, -1,
                [.. Enumerable.Range(0, state.IsDown.Length)
                    .Select(i => new ServiceEvent(ServiceEventKind.CheckUp, server, i))]);
        }
        json.WriteEndArray();
    }

    private static void Write(
        Utf8JsonWriter json, ChecksView view, int service, int server, ServiceEventKind kind, int checker,
        params ReadOnlySpan<ServiceEvent> events)
    {
        (ServiceState state, ServiceTable table) = view.Board.Foresee(service, events);
        json.WriteStartObject();
        json.WriteString("if", kind == ServiceEventKind.CheckUp ? "up" : "down");
        json.WriteNumber("checker", checker); // −1: all
        json.WriteString("state", state.Servers[server].IsUp ? "up" : "down");
        if (table.Servers[server] is { } weight)
        {
            json.WriteNumber("entry_weight", weight);
        }
        json.WriteNumber("weight_up", state.WeightUp);
        json.WriteBoolean("has_quorum", state.HasQuorum);
        json.WriteBoolean("sorry_server", table.SorryServer > 0);
        json.WriteEndObject();
    }
}
