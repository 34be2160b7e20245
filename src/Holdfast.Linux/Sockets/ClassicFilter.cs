using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Sockets;

/// <summary>One instruction of classic BPF (struct sock_filter).</summary>
/// <param name="Code">Instruction class, size, mode and operation.</param>
/// <param name="JumpTrue">Instructions to skip when a comparison holds.</param>
/// <param name="JumpFalse">Instructions to skip when it does not.</param>
/// <param name="Operand">Offset or constant.</param>
public readonly record struct FilterInstruction(ushort Code, byte JumpTrue, byte JumpFalse, uint Operand);

/// <summary>Builds and attaches classic BPF programs, which pass or drop packets before a socket queues them.</summary>
/// <remarks>Offsets count from the Ethernet header on a packet socket, from the IPv4 or ICMPv6 header on a raw one.
/// </remarks>
public static unsafe class ClassicFilter
{
    private static readonly FilterInstruction[] ArpProgram =
        [LoadHalf(12), JumpIfEqual((uint)ETH_P.ETH_P_ARP, 0, 1), Accept, Drop];

    private static readonly FilterInstruction[] NeighborAdvertisementProgram =
    [
        LoadHalf(12), JumpIfEqual((uint)ETH_P.ETH_P_IPV6, 0, 5),
        LoadByte(20), JumpIfEqual((uint)IPPROTO.IPPROTO_ICMPV6, 0, 3),
        LoadByte(54), JumpIfEqual((uint)ICMP6.ND_NEIGHBOR_ADVERT, 0, 1),
        Accept, Drop,
    ];

    private static readonly FilterInstruction[] NothingProgram = [Drop];

    /// <summary>Ethernet frames that carry ARP.</summary>
    public static ReadOnlySpan<FilterInstruction> Arp => ArpProgram;

    /// <summary>Ethernet frames that carry an IPv6 neighbour advertisement, without extension headers.</summary>
    public static ReadOnlySpan<FilterInstruction> NeighborAdvertisement => NeighborAdvertisementProgram;

    /// <summary>Drops all; for a socket that is to be quiet until its real filter is in place.</summary>
    public static ReadOnlySpan<FilterInstruction> Nothing => NothingProgram;

    /// <summary>Passes the whole packet.</summary>
    public static FilterInstruction Accept => new((ushort)BPF.BPF_RET, 0, 0, uint.MaxValue);

    /// <summary>Drops the packet.</summary>
    public static FilterInstruction Drop => new((ushort)BPF.BPF_RET, 0, 0, 0);

    /// <summary>A = the byte at an offset.</summary>
    public static FilterInstruction LoadByte(uint offset) => new((ushort)(BPF.BPF_B | BPF.BPF_ABS), 0, 0, offset);

    /// <summary>A = the big-endian 16-bit word at an offset.</summary>
    public static FilterInstruction LoadHalf(uint offset) => new((ushort)(BPF.BPF_H | BPF.BPF_ABS), 0, 0, offset);

    /// <summary>A = the big-endian 32-bit word at an offset.</summary>
    public static FilterInstruction LoadWord(uint offset) => new((ushort)BPF.BPF_ABS, 0, 0, offset);

    /// <summary>X = four times the low half of the byte at an offset: the length of an IPv4 header.</summary>
    public static FilterInstruction LoadHeaderLength(uint offset)
        => new((ushort)(BPF.BPF_LDX | BPF.BPF_B | BPF.BPF_MSH), 0, 0, offset);

    /// <summary>A = the big-endian 16-bit word at X plus an offset.</summary>
    public static FilterInstruction LoadHalfIndexed(uint offset)
        => new((ushort)(BPF.BPF_H | BPF.BPF_IND), 0, 0, offset);

    /// <summary>Skips instructions by whether A equals a value.</summary>
    public static FilterInstruction JumpIfEqual(uint value, byte ifTrue, byte ifFalse)
        => new((ushort)(BPF.BPF_JMP | BPF.BPF_JEQ), ifTrue, ifFalse, value);

    /// <summary>Skips instructions by whether A has any of some bits.</summary>
    public static FilterInstruction JumpIfAnyBit(uint bits, byte ifTrue, byte ifFalse)
        => new((ushort)(BPF.BPF_JMP | BPF.BPF_JSET), ifTrue, ifFalse, bits);

    /// <summary>Echo replies with one identifier, for raw ICMP sockets.</summary>
    internal static FilterInstruction[] EchoIdentifier(bool v4, ushort identifier)
        => v4
            ? [LoadHeaderLength(0), LoadHalfIndexed(4), JumpIfEqual(identifier, 0, 1), Accept, Drop]
            : [LoadHalf(4), JumpIfEqual(identifier, 0, 1), Accept, Drop];

    internal static Errno Attach(SocketHandle handle, ReadOnlySpan<FilterInstruction> program)
    {
        sock_filter* instructions = stackalloc sock_filter[64];
        if (program.Length > 64)
        {
            return Errno.E2BIG;
        }
        for (int i = 0; i < program.Length; i++)
        {
            instructions[i] = new()
            {
                code = program[i].Code,
                jt = program[i].JumpTrue,
                jf = program[i].JumpFalse,
                k = program[i].Operand,
            };
        }
        sock_fprog header = new() { len = (ushort)program.Length, filter = instructions };
        return handle.Set((int)SOL.SOL_SOCKET, (int)SO.SO_ATTACH_FILTER, header);
    }
}
