using System.Diagnostics;
using Holdfast.Tests.Repository;

namespace Holdfast.UserMode.Tests;

/// <summary>The scene <c>lvs</c> of the demo, as a user plays it, without a terminal.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task Lvs_WithoutATerminal_PlaysToItsVerdict()
    {
        using Process demo = new()
        {
            StartInfo = new ProcessStartInfo(Path.Combine(RepositoryRoot.Path, "out", "holdfast"), ["demo", "lvs"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        demo.Start();
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        Task<string> errors = demo.StandardError.ReadToEndAsync(cancelled);
        // The scene ends by itself, or is ended after five minutes.
        string output = await demo.StandardOutput.ReadToEndAsync(cancelled) + await errors;
        await demo.WaitForExitAsync(cancelled);

        Assert.True(demo.ExitCode == 0, output);
        Assert.Contains("Verdict: everything happened as it should.", output, StringComparison.Ordinal);
        Assert.Contains("192.168.1.102 is not in it", output, StringComparison.Ordinal);
        Assert.Contains("6 of 6 long connections go on", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output);
    }
}
