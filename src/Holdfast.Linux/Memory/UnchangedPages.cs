using System.Buffers.Binary;
using Holdfast.Linux.Abi;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Linux.Memory;

/// <summary>Pages of mapped files that still are what the file says.</summary>
/// <remarks>
/// A page of a private mapping that this process has written is its own copy, and stays one when the mapping becomes
/// read-only: letting go of it brings back what the file says. The runtime has such a page among its constants, with
/// the random number that guards the stacks; every function that was running would see its guard changed, and end the
/// process. The kernel tells copies by bit 61 of /proc/self/pagemap (admin-guide/mm/pagemap.rst).
/// </remarks>
internal static unsafe class UnchangedPages
{
    private const ulong IsPresent = 1UL << 63;
    private const ulong IsSwapped = 1UL << 62;
    private const ulong IsOfFile = 1UL << 61;
    private const int EntriesPerRead = 512;

    /// <summary>Lets go of them; what is needed again is mapped from the page cache when it is used.</summary>
    /// <param name="start">Where the mapping begins, at a page's begin.</param>
    /// <param name="length">Bytes, a multiple of the page size.</param>
    /// <returns>Bytes of address space that were let go; 0 where the kernel's page map cannot be read.</returns>
    internal static long Release(byte* start, nuint length)
    {
        try
        {
            using SafeFileHandle map = File.OpenHandle("/proc/self/pagemap", options: FileOptions.RandomAccess);
            return Release(map, start, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0; // in a changed root, there is none
        }
    }

    private static long Release(SafeFileHandle map, byte* start, nuint length)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        Span<byte> entries = stackalloc byte[EntriesPerRead * sizeof(ulong)];
        long released = 0;
        nuint runStart = 0;
        nuint at = 0;
        while (at < length)
        {
            int wanted = (int)Math.Min((length - at) / page, EntriesPerRead);
            long offset = (long)(((nuint)start + at) / page) * sizeof(ulong);
            int count = RandomAccess.Read(map, entries[..(wanted * sizeof(ulong))], offset) / sizeof(ulong);
            for (int i = 0; i < count; i++, at += page)
            {
                if (!IsUnchanged(BinaryPrimitives.ReadUInt64LittleEndian(entries[(i * sizeof(ulong))..])))
                {
                    released += Drop(start + runStart, at - runStart);
                    runStart = at + page;
                }
            }
            if (count == 0)
            {
                break; // the rest is not known: it stays
            }
        }
        return released + Drop(start + runStart, at - Math.Min(runStart, at));
    }

    private static bool IsUnchanged(ulong entry)
        => (entry & IsSwapped) == 0 && (entry & (IsPresent | IsOfFile)) != IsPresent;

    private static long Drop(byte* start, nuint length)
        => length > 0 && LibC.madvise(start, length, SysMman.MADV_DONTNEED) == 0 ? (long)length : 0;
}
