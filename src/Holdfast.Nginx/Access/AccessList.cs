using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Maps;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Access;

/// <summary>What <c>allow</c> and <c>deny</c> say of a client.</summary>
public enum AccessOutcome : byte
{
    /// <summary>No line is about it.</summary>
    Undecided,

    /// <summary>It may come.</summary>
    Allowed,

    /// <summary>It may not: 403.</summary>
    Denied,
}

/// <summary>The <c>allow</c> and <c>deny</c> lines of a place, ready to be asked: by halving, however many they are.
/// </summary>
public sealed class AccessList
{
    private static readonly byte[] s_allowed = [1];
    private static readonly byte[] s_denied = [0];

    private readonly AddressRanges _ranges = new();
    private readonly AccessOutcome _unix;

    /// <summary>Arranges lines; the first that matches decides.</summary>
    public AccessList(IReadOnlyList<AccessRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        // What stands earlier covers what stands later.
        for (int i = rules.Count - 1; i >= 0; i--)
        {
            AccessRule rule = rules[i];
            byte[] value = rule.IsAllowed ? s_allowed : s_denied;
            bool isAll = rule.Network is null && !rule.IsUnix;
            if (isAll || rule.IsUnix)
            {
                _unix = rule.IsAllowed ? AccessOutcome.Allowed : AccessOutcome.Denied;
            }
            if (isAll)
            {
                Cover(new IpPrefix(IpAddress.V4(0), 0), value);
                Cover(new IpPrefix(new IpAddress(IpFamily.V6, 0, 0), 0), value);
            }
            else if (rule.Network is { } network)
            {
                Cover(network, value);
            }
        }
    }

    /// <summary>Asks for a client.</summary>
    /// <param name="client">Its address; none for one of a Unix socket.</param>
    public AccessOutcome Find(IpAddress client)
        => client.IsNone ? _unix : _ranges.Find(PlainAddress.Of(client)) is not { } value ? AccessOutcome.Undecided
            : ReferenceEquals(value, s_allowed) ? AccessOutcome.Allowed : AccessOutcome.Denied;

    private void Cover(IpPrefix network, byte[] value)
        => _ranges.Cover(
            network.Address.Mask(network.Length), AddressRanges.LastOf(network.Address, network.Length), value);
}
