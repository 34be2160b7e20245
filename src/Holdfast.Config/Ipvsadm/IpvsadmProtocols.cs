namespace Holdfast.Config.Ipvsadm;

/// <summary>The protocols that have services with names.</summary>
public static class IpvsadmProtocols
{
    /// <summary>The name for the service database; null for a protocol that has none there.</summary>
    /// <param name="protocol">Number in the IP header.</param>
    public static string? NameOf(byte protocol) => protocol switch
    {
        IpvsadmEndpoint.Tcp => "tcp",
        IpvsadmEndpoint.Udp => "udp",
        IpvsadmEndpoint.Sctp => "sctp",
        _ => null,
    };

    /// <summary>The number of a protocol that the kernel names; 0 for others.</summary>
    /// <param name="name">"TCP", "UDP" or "SCTP".</param>
    public static byte NumberOf(string name) => name switch
    {
        "TCP" => IpvsadmEndpoint.Tcp,
        "UDP" => IpvsadmEndpoint.Udp,
        "SCTP" => IpvsadmEndpoint.Sctp,
        _ => 0,
    };
}
