namespace Holdfast.Layer4.Xdp;

/// <summary>How the director is set up.</summary>
public sealed record XdpOptions
{
    /// <summary>
    /// Directory in which its state is pinned, below a mounted BPF file system; made when it is missing. Null: the
    /// state goes with the process.
    /// </summary>
    public string? PinDirectory { get; init; }

    /// <summary>How many IPv4 connections are remembered that have shown a second packet; what is more stays among the
    /// 65536 newest. About 100 bytes each, reserved at the start. Null: 262144.</summary>
    public int? ConnectionsMax { get; init; }

    /// <summary>The same for IPv6, where the newest are 32768. Null: 131072.</summary>
    public int? ConnectionsV6Max { get; init; }

    /// <summary>Slots of the tables of scheduler mh: one of <see cref="MaglevTable.Sizes"/>. Defaults to 4093.
    /// </summary>
    public int MaglevSize { get; init; } = MaglevTable.DefaultSize;

    /// <summary>
    /// Whether the program runs in native mode on veth, too. Only for who knows that the other end of each runs NAPI
    /// (it has a program of its own, or GRO): otherwise what it sends is lost, without a trace, and the other end
    /// cannot be seen from here. Defaults to false: generic mode.
    /// </summary>
    public bool IsNativeOnVeth { get; init; }
}
