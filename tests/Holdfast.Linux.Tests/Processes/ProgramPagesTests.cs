using Holdfast.Linux.Memory;

namespace Holdfast.Linux.Tests.Processes;

/// <summary>Letting go of the program's pages.</summary>
public sealed class ProgramPagesTests
{
    [Fact]
    public void Release_WhileTheProgramRuns_LetsGoOfPagesAndTheProgramGoesOn()
    {
        long released = ProgramPages.Release();

        Assert.True(released >= Environment.SystemPageSize, $"{released} bytes");
        Assert.True(ProgramPages.Release() == released, "the program was loaded once");
    }
}
