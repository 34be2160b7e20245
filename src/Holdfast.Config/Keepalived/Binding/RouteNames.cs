using System.Globalization;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>Names that iproute2 knows without any file, and those of the caller.</summary>
internal sealed class RouteNames(IReadOnlyDictionary<string, uint> more)
{
    public static Dictionary<string, byte> Scopes { get; } = new(StringComparer.Ordinal)
    {
        ["global"] = 0, ["universe"] = 0, ["site"] = 200, ["link"] = 253, ["host"] = 254, ["nowhere"] = 255,
    };

    private static readonly Dictionary<string, uint> s_tables = new(StringComparer.Ordinal)
    {
        ["unspec"] = 0, ["default"] = 253, ["main"] = 254, ["local"] = 255,
    };

    private static readonly Dictionary<string, uint> s_protocols = new(StringComparer.Ordinal)
    {
        ["unspec"] = 0, ["redirect"] = 1, ["kernel"] = 2, ["boot"] = 3, ["static"] = 4, ["gated"] = 8, ["ra"] = 9,
        ["mrt"] = 10, ["zebra"] = 11, ["bird"] = 12, ["dnrouted"] = 13, ["xorp"] = 14, ["ntk"] = 15, ["dhcp"] = 16,
        ["keepalived"] = 18, ["babel"] = 42, ["bgp"] = 186, ["isis"] = 187, ["ospf"] = 188, ["rip"] = 189,
        ["eigrp"] = 192,
    };

    private static readonly Dictionary<string, uint> s_types = new(StringComparer.Ordinal)
    {
        ["unicast"] = 1, ["local"] = 2, ["broadcast"] = 3, ["anycast"] = 4, ["multicast"] = 5, ["blackhole"] = 6,
        ["unreachable"] = 7, ["prohibit"] = 8, ["throw"] = 9, ["nat"] = 10,
    };

    public bool TryTable(string word, out uint table) => TryFind("rt_tables", s_tables, word, out table);

    public bool TryProtocol(string word, out uint protocol)
        => TryFind("rt_protos", s_protocols, word, out protocol) && protocol <= 255;

    public static bool TryScope(string word, out byte scope)
        => Scopes.TryGetValue(word, out scope)
            || byte.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out scope);

    public static bool TryType(string word, out byte type)
    {
        bool found = s_types.TryGetValue(word, out uint number);
        type = (byte)number;
        return found;
    }

    public bool TryGroup(string word, out uint group)
        => TryFind("group", new Dictionary<string, uint> { ["default"] = 0 }, word, out group);

    public bool TryTos(string word, out byte tos)
    {
        bool ok = TryFind("rt_dsfield", new Dictionary<string, uint> { ["default"] = 0 }, word, out uint number);
        tos = (byte)number;
        return ok && number <= 255;
    }

    /// <summary>Reads "[FROM/]TO" as the kernel packs it: FROM in the upper half.</summary>
    public bool TryRealms(string word, out uint realms)
    {
        realms = 0;
        int slash = word.IndexOf('/', StringComparison.Ordinal);
        uint from = 0;
        var builtIn = new Dictionary<string, uint> { ["cosmos"] = 0 };
        if (slash >= 0 && (!TryFind("rt_realms", builtIn, word[..slash], out from) || from > 0xFFFF))
        {
            return false;
        }
        if (!TryFind("rt_realms", builtIn, word[(slash + 1)..], out uint to) || to > 0xFFFF)
        {
            return false;
        }
        realms = (from << 16) | to;
        return true;
    }

    /// <summary>Decimal, 0x hexadecimal or 0 octal.</summary>
    public static bool TryNumber(ReadOnlySpan<char> word, out uint value)
    {
        if (word.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return uint.TryParse(word[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        }
        if (word.Length > 1 && word[0] == '0')
        {
            value = 0;
            foreach (char c in word)
            {
                if (c is < '0' or > '7' || value > uint.MaxValue >> 3)
                {
                    return false;
                }
                value = (value << 3) | (uint)(c - '0');
            }
            return true;
        }
        return uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private bool TryFind(string kind, Dictionary<string, uint> builtIn, string word, out uint value)
        => TryNumber(word, out value) || builtIn.TryGetValue(word, out value)
            || more.TryGetValue($"{kind}:{word}", out value);
}
