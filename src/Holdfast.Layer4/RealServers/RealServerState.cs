using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Holdfast.Primitives;

namespace Holdfast.Layer4.RealServers;

/// <summary>An address that was added.</summary>
/// <param name="Prefix">The address.</param>
/// <param name="Interface">Where.</param>
/// <param name="Mark">The mark that the kernel keeps with it; 0 where it keeps none (before Linux 5.18).</param>
public readonly record struct AddedAddress(IpPrefix Prefix, string Interface, byte Mark);

/// <summary>A setting that was changed.</summary>
/// <param name="Path">Below /proc/sys/net.</param>
/// <param name="Before">What it was.</param>
/// <param name="Now">What was written.</param>
public readonly record struct ChangedSetting(string Path, int Before, int Now);

/// <summary>An interface that was set up.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsMade">Whether it was made, too, and can be removed: a dummy interface.</param>
public readonly record struct RaisedLink(string Name, bool IsMade);

/// <summary>What was done to this host, so that exactly that can be taken back.</summary>
public sealed record RealServerState
{
    private const int AddressesMax = 65_536;

    /// <summary>
    /// Which boot and which network namespace it belongs to: with either gone, so is everything that was done.
    /// </summary>
    public string Kernel { get; init; } = "";

    /// <summary>Addresses, in the order in which they were added.</summary>
    public ImmutableArray<AddedAddress> Addresses { get; init; } = [];

    /// <summary>Settings, in the order in which they were first changed.</summary>
    public ImmutableArray<ChangedSetting> Settings { get; init; } = [];

    /// <summary>Interfaces.</summary>
    public ImmutableArray<RaisedLink> Links { get; init; } = [];

    /// <summary>Addresses whose packets are taken out of tunnels.</summary>
    public ImmutableArray<IpAddress> Decapsulated { get; init; } = [];

    /// <summary>Interfaces at which they are.</summary>
    public ImmutableArray<string> Entrances { get; init; } = [];

    /// <summary>Whether nothing is left to take back.</summary>
    public bool IsEmpty => Addresses.IsEmpty && Settings.IsEmpty && Links.IsEmpty && Decapsulated.IsEmpty
        && Entrances.IsEmpty;

    /// <summary>Takes note of a step that is about to be done.</summary>
    /// <param name="step">The step.</param>
    /// <param name="before">For a setting, what it is now.</param>
    /// <param name="mark">For an address, the mark that it gets.</param>
    public RealServerState With(RealServerStep step, int before, byte mark) => step.Verb switch
    {
        // What a setting was before the first change counts, however often it is changed.
        RealServerVerb.Write => Settings.Any(s => s.Path == step.Subject)
            ? this with
            {
                Settings = [.. Settings.Select(s => s.Path == step.Subject ? s with { Now = step.To } : s)],
            }
            : this with { Settings = Settings.Add(new(step.Subject, before, step.To)) },
        RealServerVerb.CreateLink => WithLink(step.Subject, RealServerRequest.KindOf(step.Subject) == "dummy"),
        RealServerVerb.LinkUp => WithLink(step.Subject, isMade: false),
        RealServerVerb.AddAddress => this with
        {
            Addresses = [.. Addresses.Where(a => !Is(a, step)), new(step.Prefix, step.Subject, mark)],
        },
        RealServerVerb.AcceptTunnel when !Decapsulated.Contains(step.Prefix.Address)
            => this with { Decapsulated = Decapsulated.Add(step.Prefix.Address) },
        RealServerVerb.Attach when !Entrances.Contains(step.Subject)
            => this with { Entrances = Entrances.Add(step.Subject) },
        _ => this,
    };

    /// <summary>As JSON.</summary>
    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("kernel", Kernel);
            json.WriteStartArray("addresses");
            foreach (AddedAddress address in Addresses)
            {
                json.WriteStartObject();
                json.WriteString("address", address.Prefix.ToString());
                json.WriteString("interface", address.Interface);
                json.WriteNumber("mark", address.Mark);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("settings");
            foreach (ChangedSetting setting in Settings)
            {
                json.WriteStartObject();
                json.WriteString("path", setting.Path);
                json.WriteNumber("before", setting.Before);
                json.WriteNumber("now", setting.Now);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("decapsulated");
            foreach (IpAddress address in Decapsulated)
            {
                json.WriteStringValue(address.ToString());
            }
            json.WriteEndArray();
            json.WriteStartArray("entrances");
            foreach (string link in Entrances)
            {
                json.WriteStringValue(link);
            }
            json.WriteEndArray();
            json.WriteStartArray("links");
            foreach (RaisedLink link in Links)
            {
                json.WriteStartObject();
                json.WriteString("name", link.Name);
                json.WriteBoolean("made", link.IsMade);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <returns>False when it is something else.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> text, out RealServerState state)
    {
        state = new();
        try
        {
            using var json = JsonDocument.Parse(text);
            JsonElement root = json.RootElement;
            state = new()
            {
                Kernel = root.GetProperty("kernel").GetString()!,
                Addresses = [.. root.GetProperty("addresses").EnumerateArray().Take(AddressesMax).Select(static a
                    => new AddedAddress(
                        IpPrefix.TryParse(a.GetProperty("address").GetString(), out IpPrefix prefix)
                            ? prefix : throw new FormatException(),
                        a.GetProperty("interface").GetString()!, a.GetProperty("mark").GetByte()))],
                Settings = [.. root.GetProperty("settings").EnumerateArray().Take(AddressesMax).Select(static s
                    => new ChangedSetting(s.GetProperty("path").GetString()!, s.GetProperty("before").GetInt32(),
                        s.GetProperty("now").GetInt32()))],
                Decapsulated = [.. Strings(root, "decapsulated").Select(static a
                    => IpAddress.TryParse(a, out IpAddress address) ? address : throw new FormatException())],
                Entrances = [.. Strings(root, "entrances")],
                Links = [.. root.GetProperty("links").EnumerateArray().Take(AddressesMax).Select(static l
                    => new RaisedLink(l.GetProperty("name").GetString()!, l.GetProperty("made").GetBoolean()))],
            };
            return true;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            return false;
        }
    }

    // Files of versions that could not decapsulate have none.
    private static IEnumerable<string> Strings(JsonElement root, string name)
        => !root.TryGetProperty(name, out JsonElement list) ? []
            : list.EnumerateArray().Take(AddressesMax).Select(static s => s.GetString()!);

    private static bool Is(AddedAddress address, RealServerStep step)
        => address.Prefix == step.Prefix && address.Interface == step.Subject;

    private RealServerState WithLink(string name, bool isMade)
        => Links.Any(l => l.Name == name) ? this : this with { Links = Links.Add(new(name, isMade)) };
}
