namespace Holdfast.Layer4;

/// <summary>What a plane still lacks, before packets of established connections may be sent to it.</summary>
public enum PlaneWait : byte
{
    /// <summary>Nothing: it forwards.</summary>
    Nothing,

    /// <summary>It cannot be opened, so waiting is of no use.</summary>
    Plane,

    /// <summary>It cannot be read or written at present: services are missing.</summary>
    Services,

    /// <summary>Its program is not attached to the interfaces yet.</summary>
    Attachment,

    /// <summary>The Ethernet addresses of real servers are not all known. It waits half a second for them at most,
    /// since a server may be dead.</summary>
    Neighbors,

    /// <summary>Connections that another director knows are still on their way. It waits a second at most for somebody
    /// who speaks at all.</summary>
    Connections,
}
