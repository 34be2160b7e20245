namespace Holdfast.Config.Keepalived.Model;

/// <summary>What carries out virtual servers.</summary>
public enum ForwardingPlane : byte
{
    /// <summary>The kernel's IPVS where there is one, otherwise the xdp plane, otherwise the nftables plane.</summary>
    Automatic,

    /// <summary>The kernel's IPVS.</summary>
    Ipvs,

    /// <summary>The xdp plane: a BPF program of ours at the interfaces.</summary>
    Xdp,

    /// <summary>The nftables plane: tables of ours in the kernel's nftables.</summary>
    Nftables,
}
