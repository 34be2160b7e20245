using System.Text.Json;

namespace Holdfast.Demo.Lvs;

/// <summary>How a director stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its own address.</param>
/// <param name="Role">What its daemon says.</param>
/// <param name="HasAddress">Whether its kernel has the virtual address.</param>
internal sealed record DirectorLook(string Name, string Address, NodeRole Role, bool HasAddress);

/// <summary>How a real server stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its address.</param>
/// <param name="IsAlive">Whether it listens.</param>
/// <param name="Served">How many requests it has answered in the last interval.</param>
/// <param name="Total">How many in all.</param>
internal sealed record ServerLook(string Name, string Address, bool IsAlive, int Served, int Total);

/// <summary>How everything stands, four times a second.</summary>
/// <param name="At">When, in seconds of the guest.</param>
/// <param name="Directors">The directors.</param>
/// <param name="Servers">The real servers.</param>
/// <param name="Failed">How many requests have failed in the last interval.</param>
/// <param name="Waiting">How many long connections wait for an answer for more than half a second.</param>
/// <param name="TableOf">Whose table it is.</param>
/// <param name="Table">What ipvsadm -Ln says on the Active.</param>
internal sealed record LvsLook(double At, IReadOnlyList<DirectorLook> Directors, IReadOnlyList<ServerLook> Servers,
    int Failed, int Waiting, string TableOf, IReadOnlyList<string> Table)
{
    /// <summary>How often there is one.</summary>
    internal static TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Nothing is known yet.</summary>
    internal static LvsLook None { get; } = new(0, [], [], 0, 0, "", []);

    /// <summary>The weight of a server in the table; null when it is not in it.</summary>
    internal string? WeightOf(ServerLook server)
    {
        foreach (string line in Table)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["->", var address, _, var weight, ..] && address == server.Address + ":80")
            {
                return weight;
            }
        }
        return null;
    }

    /// <summary>What was counted per second, over some looks.</summary>
    /// <param name="looks">The first one only says when the time begins.</param>
    /// <param name="count">What is counted.</param>
    internal static int Rate(IReadOnlyList<LvsLook> looks, Func<LvsLook, int> count) => looks.Count < 2 ? 0
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
        writer.WriteStartArray("directors");
        foreach (DirectorLook director in Directors)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(director.Name);
            writer.WriteStringValue(director.Address);
            writer.WriteNumberValue((int)director.Role);
            writer.WriteBooleanValue(director.HasAddress);
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
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }

    internal static LvsLook Read(JsonElement look) => new(
        look.GetProperty("at").GetDouble(),
        [.. look.GetProperty("directors").EnumerateArray().Select(static d
            => new DirectorLook(d[0].GetString()!, d[1].GetString()!, (NodeRole)d[2].GetInt32(), d[3].GetBoolean()))],
        [.. look.GetProperty("servers").EnumerateArray().Select(static s => new ServerLook(s[0].GetString()!,
            s[1].GetString()!, s[2].GetBoolean(), s[3].GetInt32(), s[4].GetInt32()))],
        look.GetProperty("failed").GetInt32(),
        look.GetProperty("waiting").GetInt32(),
        look.GetProperty("tableOf").GetString()!,
        [.. look.GetProperty("table").EnumerateArray().Select(static line => line.GetString()!)]);
}
