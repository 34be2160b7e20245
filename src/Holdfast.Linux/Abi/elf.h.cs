using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Constants of elf.h.</summary>
internal static class Elf
{
    internal const ulong AT_PHDR = 3;
    internal const ulong AT_PHNUM = 5;
    internal const uint PT_LOAD = 1;
    internal const uint PT_PHDR = 6;
    internal const uint PF_X = 1;
    internal const uint PF_W = 2;
}

/// <summary>A part of a program (elf.h), where pointers have 64 bits.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Elf64_Phdr
{
    internal uint p_type;
    internal uint p_flags;
    internal ulong p_offset;
    internal ulong p_vaddr;
    internal ulong p_paddr;
    internal ulong p_filesz;
    internal ulong p_memsz;
    internal ulong p_align;
}
