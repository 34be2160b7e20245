using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Linux.Tests.Processes;

/// <summary>Letting go of the program's pages.</summary>
public sealed unsafe class ProgramPagesTests
{
    [Fact]
    public void Release_WhileTheProgramRuns_LetsGoOfPagesAndTheProgramGoesOn()
    {
        long released = ProgramPages.Release();

        Assert.True(released >= Environment.SystemPageSize, $"{released} bytes");
        Assert.True(ProgramPages.Release() == released, "the program was loaded once");
    }

    [Fact]
    public void Release_PagesWrittenBeforeTheyBecameConstant_KeepWhatWasWritten()
    {
        int page = Environment.SystemPageSize;
        const int Pages = 600; // more than one look at the kernel's map
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, new byte[Pages * page]);
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read);
        byte* start = (byte*)LibC.mmap(null, (nuint)(Pages * page), SysMman.PROT_READ | SysMman.PROT_WRITE,
            SysMman.MAP_PRIVATE, (int)file.DangerousGetHandle(), 0);
        int[] written = [0, 5, 6, 511, 512, Pages - 1];
        try
        {
            foreach (int one in written)
            {
                start[one * page] = 7;
            }
            Assert.Equal(0, LibC.mprotect(start, (nuint)(Pages * page), SysMman.PROT_READ));

            Assert.Equal((Pages - written.Length) * page, UnchangedPages.Release(start, (nuint)(Pages * page)));

            Assert.Equal(written, Enumerable.Range(0, Pages).Where(one => IsWritten(start, one * page)));
        }
        finally
        {
            Assert.Equal(0, LibC.munmap(start, (nuint)(Pages * page)));
            File.Delete(path);
        }
    }

    private static bool IsWritten(byte* start, int offset) => start[offset] == 7;
}
