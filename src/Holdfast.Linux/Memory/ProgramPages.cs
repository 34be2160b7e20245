using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Memory;

/// <summary>The pages of the program's file that this process has mapped.</summary>
public static unsafe class ProgramPages
{
    /// <summary>
    /// Lets go of all pages of code and of constants. What is needed is mapped again from the page cache when it is
    /// used: what only the start needs does not count as memory of the process for the rest of its life.
    /// </summary>
    /// <returns>Bytes of address space whose pages were let go.</returns>
    /// <remarks>
    /// Parts that may be written keep theirs, and constants that were written before they became constant
    /// (<see cref="UnchangedPages"/>). Code is never written.
    /// </remarks>
    public static long Release()
    {
        var headers = (Elf64_Phdr*)LibC.getauxval(Elf.AT_PHDR);
        ReadOnlySpan<Elf64_Phdr> parts = new(headers, headers is null ? 0 : (int)LibC.getauxval(Elf.AT_PHNUM));
        byte* start = null;
        foreach (ref readonly Elf64_Phdr part in parts)
        {
            // Programs that are loaded anywhere say where their own headers were meant to be.
            start = part.p_type == Elf.PT_PHDR ? (byte*)headers - part.p_vaddr : start;
        }
        long released = 0;
        ulong page = (ulong)Environment.SystemPageSize;
        foreach (ref readonly Elf64_Phdr part in parts)
        {
            if (start is null || part.p_type != Elf.PT_LOAD || (part.p_flags & Elf.PF_W) != 0)
            {
                continue;
            }
            ulong first = part.p_vaddr & ~(page - 1);
            ulong length = (part.p_vaddr + part.p_memsz - first + page - 1) & ~(page - 1);
            released += (part.p_flags & Elf.PF_X) == 0 ? UnchangedPages.Release(start + first, (nuint)length)
                : LibC.madvise(start + first, (nuint)length, SysMman.MADV_DONTNEED) == 0 ? (long)length : 0;
        }
        return released;
    }
}
