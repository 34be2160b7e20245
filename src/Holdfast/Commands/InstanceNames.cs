using System.CommandLine.Completions;
using System.Text.Json;
using Holdfast.Linux.Abi;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Commands;

/// <summary>Completion of names of instances and virtual servers: those of the daemon that runs, or none.</summary>
internal static class InstanceNames
{
    internal static IEnumerable<CompletionItem> Complete(string runDirectory)
    {
        if (ControlClient.TryAsk(runDirectory, """{"command":"status"}""", out byte[] reply) != Errno.Success)
        {
            return [];
        }
        using JsonDocument document = JsonDocument.Parse(reply);
        return document.RootElement.TryGetProperty("vrrp", out JsonElement vrrp)
            && vrrp.TryGetProperty("instances", out JsonElement instances)
            ? [.. instances.EnumerateArray().Select(static i => new CompletionItem(i.GetProperty("name").GetString()!))]
            : [];
    }

    internal static IEnumerable<CompletionItem> CompleteServers(string runDirectory)
    {
        if (ControlClient.TryAsk(runDirectory, """{"command":"status"}""", out byte[] reply) != Errno.Success)
        {
            return [];
        }
        using JsonDocument document = JsonDocument.Parse(reply);
        return !document.RootElement.TryGetProperty("checks", out JsonElement checks) ? []
            : [.. StatusText.List(checks, "services").SelectMany(static v => StatusText.List(v, "servers")
                .Select(static r => StatusText.Text(r, "address")).Prepend(StatusText.Text(v, "name")))
                .Distinct().Select(static name => new CompletionItem(name))];
    }
}
