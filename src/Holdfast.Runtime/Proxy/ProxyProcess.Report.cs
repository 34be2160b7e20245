using System.Buffers;
using System.Text;
using System.Text.Json;
using Holdfast.Balancing.Servers;
using Holdfast.Health.Servers;
using Holdfast.Management.StateFile;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;
using Holdfast.Proxy.Upstreams;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Proxy;

// Its status: frontends with what they have counted, servers with whether they are up.
public sealed partial class ProxyProcess
{
    private void Reply(in StatusRequestMessage request)
    {
        var buffer = new ArrayBufferWriter<byte>();
        if (request.Status == StatusKind.ProxyState)
        {
            buffer.Write(Encoding.UTF8.GetBytes(_managed is { } managed
                ? ServerStates.Write(managed) + TableStates.Write(managed) : ""));
        }
        else
        {
            using var writer = new Utf8JsonWriter(buffer);
            Write(writer);
        }
        Reply(request.Id, buffer.WrittenSpan);
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("soft_stop", _isDraining);
        writer.WriteNumber("clients", _engine?.ClientCount ?? 0);
        writer.WriteString("transport", _engine?.TransportReason ?? "");
        writer.WriteNumber("dropped_log_lines", _engine?.DroppedLogLines ?? 0);
        writer.WriteStartArray("frontends");
        if (_engine is { } engine)
        {
            WriteFrontends(writer, engine, _translation!.Options);
        }
        writer.WriteEndArray();
        writer.WriteStartArray("backends");
        foreach (Backend backend in (_engine?.Backends ?? []).Where(static one => one.Options.HasSection))
        {
            Write(writer, backend);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteFrontends(Utf8JsonWriter writer, ProxyEngine engine, ProxyOptions options)
    {
        var indexes = Enumerable.Range(0, options.Frontends.Length).GroupBy(i => options.Frontends[i].Name);
        foreach (IGrouping<string, int> frontend in indexes)
        {
            FrontendOptions first = options.Frontends[frontend.First()];
            // HTTP is counted for all listeners of a frontend together.
            FrontendCounters totals = first.Mode == ProxyMode.Http ? engine.CountersOf(frontend.First())
                : frontend.Select(engine.CountersOf).Aggregate(FrontendCounters.Add);
            writer.WriteStartObject();
            writer.WriteString("name", frontend.Key);
            writer.WriteString("mode", first.Mode == ProxyMode.Http ? "http" : "tcp");
            writer.WriteString("backend", first.Backend);
            writer.WriteStartArray("binds");
            foreach (int index in frontend)
            {
                writer.WriteStringValue(options.Frontends[index].Bind.ToString());
            }
            writer.WriteEndArray();
            writer.WriteNumber("sessions", totals.Sessions);
            writer.WriteNumber("requests", totals.Requests);
            writer.WriteNumber("failed", totals.Failed);
            writer.WriteNumber("bytes_in", totals.BytesIn);
            writer.WriteNumber("bytes_out", totals.BytesOut);
            writer.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter writer, Backend backend)
    {
        writer.WriteStartObject();
        writer.WriteString("name", backend.Options.Name);
        writer.WriteStartArray("servers");
        foreach (Server server in backend.Servers)
        {
            writer.WriteStartObject();
            writer.WriteString("name", server.Options.Name);
            writer.WriteString("address", server.Options.Endpoint.ToString());
            writer.WriteString("state", StateOf(server));
            writer.WriteString("last_check", server.Options.Check is null ? "" : LastCheckOf(server));
            writer.WriteNumber("weight", server.Balanced.UserWeight);
            writer.WriteNumber("requests", server.Counters[TrafficCounter.Sessions]);
            writer.WriteNumber("connections", server.ConnectionCount);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string StateOf(Server server)
    {
        BalancedServer balanced = server.Balanced;
        return (balanced.Administrative & AdministrativeStates.AnyMaintenance) != 0 ? "maintenance"
            : balanced.State == ServerState.Stopped ? "down"
            : (balanced.Administrative & AdministrativeStates.Drain) != 0 ? "draining"
            : balanced.State == ServerState.Stopping ? "stopping"
            : server.Options.Check is null ? "unchecked" : "up";
    }

    private static string LastCheckOf(Server server)
    {
        CheckResult last = server.LastCheck;
        return last.Info.Length > 0 ? $"{last.Status.Code()}: {last.Info}" : last.Status.Code();
    }
}
