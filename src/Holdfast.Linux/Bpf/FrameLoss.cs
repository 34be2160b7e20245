using System.Runtime.InteropServices;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Bpf;

/// <summary>How many of the frames of one sender are lost.</summary>
/// <param name="Source">Ethernet address of the sender.</param>
/// <param name="Probability">0 none to 1 all.</param>
public readonly record struct LossRule(MacAddress Source, double Probability);

/// <summary>
/// An XDP program that loses what comes in from certain senders, for tests of protocols: netem is not everywhere, and
/// this is by sender and in one direction. Attach it with <see cref="Netlink.RouteNetlink.AttachXdp"/>.
/// </summary>
public static unsafe class FrameLoss
{
    private const int InstructionSize = 8;
    private const int EthernetSize = 14;

    // Opcodes of the BPF instruction set (kernel: Documentation/bpf/standardization/instruction-set.rst).
    private const byte LoadWord = 0x61;
    private const byte LoadHalf = 0x69;
    private const byte MoveRegister = 0xBF;
    private const byte MoveValue = 0xB7;
    private const byte AddValue = 0x07;
    private const byte JumpIfGreaterRegister = 0x2D;
    private const byte JumpIfNotEqual32 = 0x56;
    private const byte JumpIfLess32 = 0xA6;
    private const byte Jump = 0x05;
    private const byte Call = 0x85;
    private const byte Exit = 0x95;

    /// <summary>Loads a program. Needs CAP_BPF and CAP_NET_ADMIN.</summary>
    /// <param name="rules">What is lost; the first rule of a sender counts.</param>
    /// <param name="program">The program's descriptor; the kernel keeps it while it is attached.</param>
    /// <returns>EPERM: no privilege. EINVAL: the kernel has no XDP.</returns>
    public static Errno TryLoad(ReadOnlySpan<LossRule> rules, out FdHandle program)
    {
        byte[] instructions = Assemble(rules);
        Span<byte> attributes = stackalloc byte[128]; // union bpf_attr, the part of BPF_PROG_LOAD
        attributes.Clear();
        fixed (byte* code = instructions)
        fixed (byte* license = "Apache-2.0\0"u8)
        fixed (byte* raw = attributes)
        {
            MemoryMarshal.Write(attributes, (int)EBPF.BPF_PROG_TYPE_XDP);
            MemoryMarshal.Write(attributes[4..], instructions.Length / InstructionSize);
            MemoryMarshal.Write(attributes[8..], (ulong)code);
            MemoryMarshal.Write(attributes[16..], (ulong)license);
            nint number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321; // __NR_bpf
            nint fd = LibC.SystemCall(number, (int)EBPF.BPF_PROG_LOAD, raw, attributes.Length);
            program = new FdHandle((int)fd);
            return fd < 0 ? LibC.LastError : Errno.Success;
        }
    }

    private static byte[] Assemble(ReadOnlySpan<LossRule> rules)
    {
        var code = new List<ulong>();
        void Add(byte operation, int to = 0, int from = 0, int offset = 0, int value = 0) => code.Add(
            operation | ((ulong)(uint)(to | (from << 4)) << 8) | ((ulong)(ushort)offset << 16)
            | ((ulong)(uint)value << 32));

        const int RuleSize = 5;
        int passAt = 7 + (rules.Length * RuleSize);
        Add(LoadWord, to: 2, from: 1, offset: 0);               // r2 = start of the frame
        Add(LoadWord, to: 3, from: 1, offset: 4);               // r3 = its end
        Add(MoveRegister, to: 4, from: 2);
        Add(AddValue, to: 4, value: EthernetSize);
        Add(JumpIfGreaterRegister, to: 4, from: 3, offset: passAt - 5); // the verifier wants the bound checked
        Add(LoadWord, to: 6, from: 2, offset: 6);               // r6, r7 = source address; they survive calls
        Add(LoadHalf, to: 7, from: 2, offset: 10);
        Span<byte> mac = stackalloc byte[MacAddress.Size];
        foreach (LossRule rule in rules)
        {
            rule.Source.CopyTo(mac);
            int here = code.Count;
            Add(JumpIfNotEqual32, to: 6, offset: RuleSize - 1, value: MemoryMarshal.Read<int>(mac));
            Add(JumpIfNotEqual32, to: 7, offset: RuleSize - 2, value: MemoryMarshal.Read<ushort>(mac[4..]));
            Add(Call, value: (int)EBPF.BPF_FUNC_get_prandom_u32);
            // "Less than" never reaches the largest number, so one frame in four thousand million escapes a full loss.
            uint threshold = (uint)(Math.Clamp(rule.Probability, 0, 1) * uint.MaxValue);
            Add(JumpIfLess32, to: 0, offset: passAt + 2 - (here + 4), value: unchecked((int)threshold));
            Add(Jump, offset: passAt - (here + RuleSize));
        }
        Add(MoveValue, to: 0, value: (int)EBPF.XDP_PASS);
        Add(Exit);
        Add(MoveValue, to: 0, value: (int)EBPF.XDP_DROP);
        Add(Exit);
        return MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(code)).ToArray();
    }
}
