using System.Text.Json;

namespace Holdfast.Demo.Traffic;

/// <summary>How a balancer stands: a director of LVS, or a proxy.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its own address.</param>
/// <param name="Role">What its daemon says.</param>
/// <param name="HasAddress">Whether its kernel has the virtual address.</param>
internal sealed record BalancerLook(string Name, string Address, NodeRole Role, bool HasAddress);

/// <summary>How a real server stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its address.</param>
/// <param name="IsAlive">Whether it listens.</param>
/// <param name="Served">How many requests it has answered in the last interval.</param>
/// <param name="Total">How many in all.</param>
/// <param name="State">What the Active says of it, such as its weight; null: it does not use it.</param>
internal sealed record ServerLook(string Name, string Address, bool IsAlive, int Served, int Total, string? State);

/// <summary>How everything stands, four times a second.</summary>
/// <param name="At">When, in seconds of the play.</param>
/// <param name="Balancers">The balancers.</param>
/// <param name="Servers">The real servers.</param>
/// <param name="Failed">How many requests have failed in the last interval.</param>
/// <param name="Waiting">How many long connections wait for an answer for more than half a second.</param>
/// <param name="TableOf">Whose table it is.</param>
/// <param name="Table">What the Active says of its servers, in lines.</param>
internal sealed record PlayLook(double At, IReadOnlyList<BalancerLook> Balancers, IReadOnlyList<ServerLook> Servers,
    int Failed, int Waiting, string TableOf, IReadOnlyList<string> Table)
{
    /// <summary>How often there is one.</summary>
    internal static TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Nothing is known yet.</summary>
    internal static PlayLook None { get; } = new(0, [], [], 0, 0, "", []);

    /// <summary>What was counted per second, over some looks.</summary>
    /// <param name="looks">The first one only says when the time begins.</param>
    /// <param name="count">What is counted.</param>
    internal static int Rate(IReadOnlyList<PlayLook> looks, Func<PlayLook, int> count) => looks.Count < 2 ? 0
        : (int)Math.Round(looks.Skip(1).Sum(count) / Math.Max(0.001, looks[^1].At - looks[0].At));

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteNumber("failed", Failed);
        writer.WriteNumber("waiting", Waiting);
        writer.WriteString("tableOf", TableOf);
        writer.WriteStartArray("table");
        foreach (string line in Table)
        {
            writer.WriteStringValue(line);
        }
        writer.WriteEndArray();
        writer.WriteStartArray("balancers");
        foreach (BalancerLook balancer in Balancers)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(balancer.Name);
            writer.WriteStringValue(balancer.Address);
            writer.WriteNumberValue((int)balancer.Role);
            writer.WriteBooleanValue(balancer.HasAddress);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("servers");
        foreach (ServerLook server in Servers)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(server.Name);
            writer.WriteStringValue(server.Address);
            writer.WriteBooleanValue(server.IsAlive);
            writer.WriteNumberValue(server.Served);
            writer.WriteNumberValue(server.Total);
            writer.WriteStringValue(server.State);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }

    internal static PlayLook Read(JsonElement look) => new(
        look.GetProperty("at").GetDouble(),
        [.. look.GetProperty("balancers").EnumerateArray().Select(static d
            => new BalancerLook(d[0].GetString()!, d[1].GetString()!, (NodeRole)d[2].GetInt32(), d[3].GetBoolean()))],
        [.. look.GetProperty("servers").EnumerateArray().Select(static s => new ServerLook(s[0].GetString()!,
            s[1].GetString()!, s[2].GetBoolean(), s[3].GetInt32(), s[4].GetInt32(), s[5].GetString()))],
        look.GetProperty("failed").GetInt32(),
        look.GetProperty("waiting").GetInt32(),
        look.GetProperty("tableOf").GetString()!,
        [.. look.GetProperty("table").EnumerateArray().Select(static line => line.GetString()!)]);
}
