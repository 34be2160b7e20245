using System.Text.Json;
using Holdfast.Terminal;

namespace Holdfast.Commands;

/// <summary>The proxy in a status: its frontends, and the servers behind them.</summary>
internal static class ProxyView
{
    /// <summary>Puts it on a page; nothing where no proxy is configured.</summary>
    internal static void Write(Page page, JsonElement status)
    {
        if (!status.TryGetProperty("proxy", out JsonElement proxy))
        {
            return;
        }
        page.Line();
        if (proxy.ValueKind != JsonValueKind.Object)
        {
            page.Line(page.Paint(Tone.Bad, "The proxy does not run."));
        }
        else
        {
            WriteFrontends(page, proxy);
            page.Line();
            WriteServers(page, proxy);
        }
        long restarts = StatusText.Number(status, "proxyRestarts");
        if (restarts > 0)
        {
            string times = StatusText.Plain(restarts);
            page.Item(0, "", 0, $"the proxy process was started again {times} times", Tone.Warning);
        }
        long dropped = proxy.ValueKind == JsonValueKind.Object ? StatusText.Number(proxy, "dropped_log_lines") : 0;
        if (dropped > 0)
        {
            page.Item(0, "", 0, $"{StatusText.Plain(dropped)} log lines were not taken by their target", Tone.Warning);
        }
        if (StatusText.Text(status, "proxyFailure") is { Length: > 0 } failure)
        {
            page.Item(0, "", 0, failure, Tone.Bad);
        }
    }

    private static void WriteFrontends(Page page, JsonElement proxy)
    {
        var columns = new Columns("frontend", "mode", "listens on", "backend", "sessions", "requests", "failed");
        foreach (JsonElement frontend in StatusText.List(proxy, "frontends"))
        {
            long failed = StatusText.Number(frontend, "failed");
            columns.Add(
                (StatusText.Text(frontend, "name"), Tone.Strong),
                (StatusText.Text(frontend, "mode"), Tone.Plain),
                (string.Join(", ", StatusText.List(frontend, "binds").Select(static b => b.GetString())), Tone.Plain),
                (StatusText.Text(frontend, "backend"), Tone.Plain),
                (StatusText.Plain(StatusText.Number(frontend, "sessions")), Tone.Plain),
                (StatusText.Plain(StatusText.Number(frontend, "requests")), Tone.Plain),
                (StatusText.Plain(failed), failed > 0 ? Tone.Warning : Tone.Plain));
        }
        columns.WriteTo(page);
    }

    private static void WriteServers(Page page, JsonElement proxy)
    {
        var columns = new Columns("backend", "server", "address", "state", "weight", "requests", "connections");
        foreach (JsonElement backend in StatusText.List(proxy, "backends"))
        {
            foreach (JsonElement server in StatusText.List(backend, "servers"))
            {
                string state = StatusText.Text(server, "state");
                columns.Add(
                    (StatusText.Text(backend, "name"), Tone.Strong),
                    (StatusText.Text(server, "name"), Tone.Strong),
                    (StatusText.Text(server, "address"), Tone.Plain),
                    (state == "down" ? $"down ({StatusText.Text(server, "last_check")})" : state, state switch
                    {
                        "up" => Tone.Good,
                        "down" => Tone.Bad,
                        "maintenance" or "draining" or "stopping" => Tone.Warning,
                        _ => Tone.Plain,
                    }),
                    (StatusText.Plain(StatusText.Number(server, "weight")), Tone.Plain),
                    (StatusText.Plain(StatusText.Number(server, "requests")), Tone.Plain),
                    (StatusText.Plain(StatusText.Number(server, "connections")), Tone.Plain));
            }
        }
        columns.WriteTo(page);
    }
}
