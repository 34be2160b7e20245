using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp.Layout;

namespace Holdfast.Layer4.Xdp;

/// <summary>How long connections are remembered, by their state. Pure.</summary>
internal static class ConnectionTimeoutTable
{
    internal const uint SecondsMax = 31535999;

    private const ulong Second = 1_000_000_000;
    private const int Established = 1;
    private const int FinWait = 4;

    // In the order of IPVS's states: none, established, SYN sent, SYN received, FIN wait, TIME wait, close, close wait,
    // last ACK, listen, SYN and ACK.
    private static readonly uint[] s_seconds = [2, 900, 120, 60, 120, 120, 10, 60, 30, 120, 120];

    private static readonly string[] s_names =
    [
        "NONE", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK",
        "LISTEN", "SYNACK",
    ];

    /// <summary>What IPVS begins with.</summary>
    internal static SettingsRecord Defaults
    {
        get
        {
            SettingsRecord settings = new() { Udp = 300 * Second };
            for (int state = 0; state < s_seconds.Length; state++)
            {
                settings.Tcp[state] = s_seconds[state] * Second;
            }
            return settings;
        }
    }

    internal static ConnectionTimeouts Of(in SettingsRecord settings) => new(
        (uint)(settings.Tcp[Established] / Second), (uint)(settings.Tcp[FinWait] / Second),
        (uint)(settings.Udp / Second));

    /// <summary>Changes those that are not 0.</summary>
    /// <returns>False when one is out of range.</returns>
    internal static bool TrySet(ref SettingsRecord settings, in ConnectionTimeouts timeouts)
    {
        if (Math.Max(timeouts.TcpSeconds, Math.Max(timeouts.TcpFinSeconds, timeouts.UdpSeconds)) > SecondsMax)
        {
            return false;
        }
        settings.Tcp[Established] = timeouts.TcpSeconds == 0 ? settings.Tcp[Established] : timeouts.TcpSeconds * Second;
        settings.Tcp[FinWait] = timeouts.TcpFinSeconds == 0 ? settings.Tcp[FinWait] : timeouts.TcpFinSeconds * Second;
        settings.Udp = timeouts.UdpSeconds == 0 ? settings.Udp : timeouts.UdpSeconds * Second;
        return true;
    }

    /// <summary>IPVS's word for a state.</summary>
    internal static string NameOf(ServiceProtocol protocol, uint state)
        => protocol == ServiceProtocol.Udp ? "UDP" : state < s_names.Length ? s_names[state] : "ERR!";
}
