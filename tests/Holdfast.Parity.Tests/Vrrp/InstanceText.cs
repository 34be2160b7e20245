using System.Globalization;
using System.Text;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>One vrrp_instance block. Defaults: version 3, IPv4, multicast, an advert each 200 ms.</summary>
public sealed record InstanceText
{
    /// <summary>What every configuration starts with.</summary>
    public const string Global = """
        global_defs {
            vrrp_priority -15
            script_user root
        }

        """;

    /// <summary>Name.</summary>
    public string Name { get; init; } = "VI_1";

    /// <summary>VRID.</summary>
    public int Vrid { get; init; } = 51;

    /// <summary>Priority.</summary>
    public int Priority { get; init; } = 100;

    /// <summary>2 or 3.</summary>
    public int Version { get; init; } = 3;

    /// <summary>advert_int; null: 1 s in version 2, 200 ms in version 3.</summary>
    public string? Interval { get; init; }

    /// <summary>Interface.</summary>
    public string Interface { get; init; } = "eth0";

    /// <summary>Addresses, a line each.</summary>
    public string Addresses { get; init; } = "192.168.1.100/24";

    /// <summary>Password of PASS; null: none.</summary>
    public string? Password { get; init; }

    /// <summary>Own unicast address and its peers; null: multicast.</summary>
    public string[]? Unicast { get; init; }

    /// <summary>More lines.</summary>
    public string More { get; init; } = "";

    /// <summary>The block.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""
            vrrp_instance {{Name}} {
                state BACKUP
                version {{Version}}
                interface {{Interface}}
                virtual_router_id {{Vrid}}
                priority {{Priority}}
                advert_int {{Interval ?? (Version == 2 ? "1" : "0.2")}}

            """);
        if (Password is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"    authentication {{\n auth_type PASS\n auth_pass {Password}\n }}");
        }
        if (Unicast is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"    unicast_src_ip {Unicast[0]}\n    unicast_peer {{");
            text.AppendLine(string.Join('\n', Unicast[1..])).AppendLine("    }");
        }
        if (Addresses.Length > 0)
        {
            text.AppendLine("    virtual_ipaddress {").AppendLine(Addresses).AppendLine("    }");
        }
        return text.AppendLine(More).AppendLine("}").ToString();
    }
}
