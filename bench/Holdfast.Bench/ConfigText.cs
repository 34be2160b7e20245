using System.Globalization;
using System.Text;
using Holdfast.Primitives;

namespace Holdfast.Bench;

/// <summary>Writes the keepalived.conf of a case.</summary>
internal static class ConfigText
{
    /// <summary>The file whose existence makes the tracked script fail.</summary>
    internal const string FailFile = "/run/lab/fail";

    /// <summary>The address with a number, from 0: 10.1.0.1 and on.</summary>
    internal static IpAddress Address(int number) => IpAddress.V4(0x0A01_0001u + (uint)number);

    internal static string Write(FailoverCase which, bool isActive, int priority)
    {
        var text = new StringBuilder();
        if (which.Fault == Fault.ScriptFails)
        {
            text.Append("global_defs {\n    enable_script_security\n    script_user root\n}\n")
                .Append("vrrp_script check {\n    script \"/usr/bin/test ! -e " + FailFile + "\"\n")
                .Append("    interval 1\n    fall 1\n    rise 1\n}\n");
        }
        for (int instance = 0; instance < which.Instances; instance++)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                vrrp_instance VI_{{instance + 1}} {
                    state {{(isActive ? "MASTER" : "BACKUP")}}
                    interface eth0
                    version {{which.Version}}
                    virtual_router_id {{instance + 1}}
                    priority {{priority}}
                    advert_int {{which.IntervalMilliseconds / 1000.0}}
                    virtual_ipaddress {

                """);
            for (int i = 0; i < which.AddressesEach; i++)
            {
                text.Append("        ").Append(Address((instance * which.AddressesEach) + i)).Append('\n');
            }
            text.Append("    }\n");
            if (which.Fault == Fault.ScriptFails && isActive)
            {
                text.Append("    track_script {\n        check\n    }\n");
            }
            text.Append("}\n");
        }
        return text.ToString();
    }
}
