using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>Filters of a raw IP socket that judge by one byte of the message, in the same time for any set.</summary>
public static class ByteSetFilter
{
    private const int BitsPerWord = 32;
    private const int WordCount = 256 / BitsPerWord;

    /// <summary>Builds a filter that passes members and drops all others.</summary>
    /// <param name="family">Family of the socket; IPv4 sockets see the IP header first.</param>
    /// <param name="offset">Where the byte is, from the begin of the message.</param>
    /// <param name="members">The values that are members; a message too short for the byte counts as one.</param>
    public static FilterInstruction[] Create(IpFamily family, byte offset, IReadOnlySet<byte> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        uint[] words = new uint[WordCount];
        foreach (byte member in members)
        {
            words[member / BitsPerWord] |= 1u << (member % BitsPerWord);
        }
        var code = new List<FilterInstruction>(48);
        if (family == IpFamily.V4)
        {
            code.Add(ClassicFilter.LoadHeaderLength(0));
        }
        code.Add(Of(BPF.BPF_LD | BPF.BPF_LEN, 0));
        if (family == IpFamily.V4)
        {
            code.Add(Of(BPF.BPF_ALU | BPF.BPF_SUB | BPF.BPF_X, 0));
        }
        int lengthCheck = code.Count;
        code.Add(default); // below, when it is known how far the end is
        code.Add(Of(BPF.BPF_LD | BPF.BPF_B | (family == IpFamily.V4 ? BPF.BPF_IND : BPF.BPF_ABS), offset));
        AddLookup(code, words);
        int end = code.Count;
        code.Add(ClassicFilter.Accept);
        code.Add(ClassicFilter.Drop);
        code[lengthCheck] = new((ushort)(BPF.BPF_JMP | BPF.BPF_JGT), 0, (byte)(end - lengthCheck - 1), offset);
        return [.. code];
    }

    /// <summary>The byte is in A: its upper bits choose one of eight words, its lower bits a bit of that.</summary>
    private static void AddLookup(List<FilterInstruction> code, uint[] words)
    {
        code.AddRange(
        [
            Of(BPF.BPF_ST, 0),
            Of(BPF.BPF_ALU | BPF.BPF_AND, BitsPerWord - 1),
            Of(BPF.BPF_MISC | BPF.BPF_TAX, 0),
            Of(BPF.BPF_LD | BPF.BPF_IMM, 1),
            Of(BPF.BPF_ALU | BPF.BPF_LSH | BPF.BPF_X, 0),
            Of(BPF.BPF_ST, 1),
            Of(BPF.BPF_LD | BPF.BPF_MEM, 0),
            Of(BPF.BPF_ALU | BPF.BPF_RSH, 5),
        ]);
        for (uint word = 0; word < WordCount; word++)
        {
            uint left = WordCount - 1 - word;
            code.Add(ClassicFilter.JumpIfEqual(word, 0, 2));
            code.Add(Of(BPF.BPF_LDX | BPF.BPF_IMM, words[word]));
            code.Add(Of(BPF.BPF_JMP | BPF.BPF_JA, left * 3));
        }
        code.Add(Of(BPF.BPF_LD | BPF.BPF_MEM, 1));
        code.Add(Of(BPF.BPF_JMP | BPF.BPF_JSET | BPF.BPF_X, 0, 0, 1));
    }

    private static FilterInstruction Of(BPF code, uint operand, byte jumpTrue = 0, byte jumpFalse = 0)
        => new((ushort)code, jumpTrue, jumpFalse, operand);
}
