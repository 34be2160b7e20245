using System.Text.Json;

namespace Holdfast.Parity.Tests.Vrrp.Forgery;

/// <summary>What a router has counted so far, in all instances and sockets.</summary>
internal sealed class Totals
{
    // Counted elsewhere too, or not of packets that were received.
    private static readonly HashSet<string> s_others =
    [
        "advert_sent", "advert_failed", "become_master", "release_master", "pri_zero_rcvd", "pri_zero_sent",
        "announcements_sent", "accepted_unknown_source", "accepted_address_list_differs",
    ];

    private readonly JsonElement _status;

    private Totals(JsonElement status) => _status = status;

    /// <summary>Packets for a VRID that the router does not have.</summary>
    internal long Unknown => _status.GetProperty("unknown_vrids").GetInt64();

    /// <summary>Packets that the kernel dropped because a receive buffer was full.</summary>
    internal long Dropped => _status.GetProperty("sockets").EnumerateArray()
        .Sum(socket => socket.GetProperty("dropped").GetInt64());

    /// <summary>All packets that have come, whatever became of them.</summary>
    internal long Accounted => Unknown + Dropped + _status.GetProperty("instances").EnumerateArray()
        .Sum(instance => instance.GetProperty("counters").EnumerateObject()
            .Where(counter => !s_others.Contains(counter.Name)).Sum(counter => counter.Value.GetInt64()));

    internal static Totals Of(Router router) => new(router.Status());

    /// <summary>One counter of one instance.</summary>
    internal long Counter(int instance, string name)
        => _status.GetProperty("instances")[instance].GetProperty("counters")
            .TryGetProperty(name, out JsonElement value) ? value.GetInt64() : 0;

    public override string ToString()
        => $"unknown {Unknown}, dropped {Dropped}, " + string.Join(", ", _status.GetProperty("instances")
            .EnumerateArray()
            .Select(one => one.GetProperty("counters").GetRawText().Replace("\n", "", StringComparison.Ordinal)));
}
