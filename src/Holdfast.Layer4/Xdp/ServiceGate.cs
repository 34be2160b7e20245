namespace Holdfast.Layer4.Xdp;

/// <summary>Whether this node schedules for a service.</summary>
public enum ServiceGate : byte
{
    /// <summary>No: its packets go to the stack. Of a real server, which has the address on its loopback.</summary>
    Closed,

    /// <summary>
    /// What is sent to this host's own Ethernet address: a client that does so takes it for the Active node, and in the
    /// moments of a takeover it is right. The address is not on this node.
    /// </summary>
    Ajar,

    /// <summary>Yes: the address is on this node.</summary>
    Open,
}
