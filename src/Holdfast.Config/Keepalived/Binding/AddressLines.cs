using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>Reads the lines of virtual_ipaddress, virtual_ipaddress_excluded and static_ipaddress.</summary>
internal sealed class AddressLines(Findings findings, ValueReader values)
{
    private static readonly string[] s_words =
    [
        "brd", "broadcast", "dev", "scope", "label", "peer", "home", "-nodad", "mngtmpaddr", "noprefixroute",
        "autojoin", "no_track", "preferred_lft", "use_vmac", "track_group",
    ];

    /// <summary>Reads one line; null when it cannot be used.</summary>
    public VirtualAddressModel? Read(MappedText line, bool isStatic)
    {
        List<Word> words = WordSplitter.Split(line);
        if (!TryPrefix(words[0], out IpPrefix prefix))
        {
            findings.Report(FindingCodes.AddressLine, words[0], $"'{words[0]}' is not an address",
                "an address line begins with ADDRESS or ADDRESS/LENGTH");
            return null;
        }
        var address = new VirtualAddressModel { Prefix = prefix, Span = line.Span(0, line.Length) };
        for (int i = 1; i < words.Count; i++)
        {
            if (ReadOption(words, ref i, isStatic, address) is not { } next)
            {
                return null;
            }
            address = next;
        }
        if (prefix.Address.IsV6 && words.Find(static w => w.Text is "scope" or "label") is { Source: not null } useless)
        {
            findings.Report(FindingCodes.NotForIpv6, useless, $"{useless} has no effect with an IPv6 address",
                "remove it");
            address = address with { Scope = 0, Label = null };
        }
        bool isHostV6 = prefix.Address.IsV6 && prefix.Length == 128;
        bool hasLifetime = words.Exists(static w => w.Text == "preferred_lft");
        return isHostV6 && !hasLifetime ? address with { PreferredLifetimeSeconds = 0 } : address;
    }

    /// <summary>Reads "address" or "address/length".</summary>
    public static bool TryPrefix(Word word, out IpPrefix prefix) => IpPrefix.TryParse(word.Text, out prefix);

    private VirtualAddressModel? ReadOption(List<Word> words, ref int i, bool isStatic, VirtualAddressModel address)
    {
        Word option = words[i];
        bool takesValue = option.Text is "brd" or "broadcast" or "dev" or "scope" or "label" or "peer"
            or "preferred_lft" or "track_group";
        if (takesValue && i + 1 >= words.Count)
        {
            findings.Report(FindingCodes.AddressLine, option, $"{option} lacks its value");
            return null;
        }
        Word value = takesValue ? words[++i] : option;
        switch (option.Text)
        {
            case "brd" or "broadcast":
                return Broadcast(address, value);
            case "dev":
                return address with { Interface = value.Text };
            case "scope":
                return RouteNames.Scopes.TryGetValue(value.Text, out byte scope)
                    || byte.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out scope)
                    ? address with { Scope = scope } : Bad(value, $"'{value}' is not a scope", RouteNames.Scopes.Keys);
            case "label":
                return address with { Label = value.Text };
            case "peer":
                return TryPrefix(value, out IpPrefix peer) && peer.Address.Family == address.Prefix.Address.Family
                    ? address with { Peer = peer } : Bad(value, $"'{value}' is not a peer address of this family", []);
            case "preferred_lft":
                return Lifetime(address, value);
            case "home":
                return address with { Home = true };
            case "-nodad":
                return address with { DuplicateAddressDetection = true };
            case "mngtmpaddr":
                return address with { ManageTemporary = true };
            case "noprefixroute":
                return address with { NoPrefixRoute = true };
            case "autojoin":
                return address with { AutoJoin = true };
            case "no_track":
                return address with { NoTrack = true };
            case "use_vmac" when !isStatic:
                findings.Report(FindingCodes.NotYetKeyword, option, "use_vmac is not supported yet");
                return address with { UseVmac = true };
            case "track_group" when isStatic:
                return address with { TrackGroup = value.Text };
            default:
                return Bad(option, $"an address line knows no '{option}'", s_words);
        }
    }

    private VirtualAddressModel? Broadcast(VirtualAddressModel address, Word value)
    {
        if (value.Text is "+" or "-")
        {
            return address with { BroadcastRule = value.Text[0] };
        }
        return IpAddress.TryParse(value.Text, out IpAddress broadcast) && broadcast.IsV4
            && address.Prefix.Address.IsV4
            ? address with { Broadcast = broadcast }
            : Bad(value, $"'{value}' is not a broadcast address", []);
    }

    private VirtualAddressModel? Lifetime(VirtualAddressModel address, Word value)
    {
        if (value.Text == "forever")
        {
            return address with { PreferredLifetimeSeconds = null };
        }
        return values.TryInteger("preferred_lft", value, 0, uint.MaxValue, out long seconds)
            ? address with { PreferredLifetimeSeconds = (uint)seconds } : null;
    }

    private VirtualAddressModel? Bad(Word word, string message, IEnumerable<string> known)
    {
        string? near = NearestWord.Find(word.Text, known);
        findings.Report(FindingCodes.AddressLine, word, message, near is null ? null : $"did you mean '{near}'?", near);
        return null;
    }
}
