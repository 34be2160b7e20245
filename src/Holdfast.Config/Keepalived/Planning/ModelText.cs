using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Planning;

/// <summary>Values of the model as text that a person reads; equal texts mean equal values.</summary>
internal static class ModelText
{
    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Number(long? value) => value is { } number ? Number(number) : "";

    public static string Switch(bool value) => value ? "on" : "off";

    public static string Time(TimeSpan value)
        => value.TotalSeconds is var seconds && seconds < 1 && seconds > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds:0.####} ms")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#######} s");

    public static string Optional(IpAddress address) => address.IsNone ? "" : address.ToString();

    public static string Command(ScriptCommand? command)
    {
        if (command is null)
        {
            return "";
        }
        string words = string.Join(' ', command.Arguments.Select(Quoted));
        return command.User is null ? words
            : $"{words} (user {command.User}{(command.Group is null ? "" : $", group {command.Group}")})";
    }

    public static string Words(IEnumerable<string> words) => string.Join(' ', words.Select(Quoted));

    public static string Options(ImmutableArray<HoldfastOption> options)
        => string.Join("; ", options.Select(static o => $"{o.Key} {o.Value}"));

    public static string Tracker(TrackerReference tracker)
        => $"{tracker.Name} weight {Number(tracker.Weight)}{(tracker.Reverse ? " reverse" : "")}";

    public static IEnumerable<(string Key, string Text)> Trackers(ImmutableArray<TrackerReference> trackers)
        => trackers.Select(static t => (t.Name, Tracker(t)));

    public static string Peer(UnicastPeerModel peer)
        => peer.Address + (peer.MinTtl is { } min ? $" min_ttl {Number(min)}" : "")
            + (peer.MaxTtl is { } max ? $" max_ttl {Number(max)}" : "");

    /// <summary>An address line: what identifies it in the kernel, and all of it.</summary>
    public static (string Key, string Text) Address(VirtualAddressModel address)
    {
        string key = $"{address.Prefix}{(address.Interface is { } dev ? $" dev {dev}" : "")}";
        string text = key
            + Word(" brd ", Optional(address.Broadcast)) + Word(" brd ", address.BroadcastRule?.ToString())
            + (address.Scope != 0 ? $" scope {Number(address.Scope)}" : "") + Word(" label ", address.Label)
            + Word(" peer ", address.Peer?.ToString()) + Flag(address.Home, "home")
            + Flag(address.DuplicateAddressDetection, "-nodad") + Flag(address.ManageTemporary, "mngtmpaddr")
            + Flag(address.NoPrefixRoute, "noprefixroute") + Flag(address.AutoJoin, "autojoin")
            + Flag(address.NoTrack, "no_track") + Word(" preferred_lft ", Number(address.PreferredLifetimeSeconds))
            + Flag(address.UseVmac, "use_vmac") + Word(" track_group ", address.TrackGroup);
        return (key, text);
    }

    public static string Word(string before, string? word) => string.IsNullOrEmpty(word) ? "" : before + word;

    public static string Flag(bool isSet, string word) => isSet ? " " + word : "";

    /// <summary>A word that would read as several is quoted, so that the text says where it ends.</summary>
    private static string Quoted(string word)
    {
        if (word.Length > 0 && word.AsSpan().IndexOfAny(" \t\"'\\") < 0)
        {
            return word;
        }
        string escaped = word.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"\"{escaped}\"";
    }
}
