using System.Diagnostics;
using Holdfast.Tests.Repository;

namespace Holdfast.UserMode.Tests;

/// <summary>Scenes of the demo with balancers and servers, as a user plays them, without a terminal.</summary>
public sealed class DemoTests
{
    [Theory]
    [InlineData("lvs")]
    [InlineData("lvs-ipvs")]
    public async Task Lvs_WithoutATerminal_PlaysToItsVerdict(string scene)
    {
        string output = await PlayAsync(scene);

        Assert.Contains("192.168.1.102 is not in it", output, StringComparison.Ordinal);
        Assert.Contains("6 of 6 long connections go on", output, StringComparison.Ordinal);
        bool hasIpvs = scene == "lvs-ipvs" || File.Exists("/proc/net/ip_vs");
        Assert.Contains(hasIpvs ? "the services are carried out by the kernel's IPVS"
            : "the services are carried out by the xdp plane: this kernel has no IPVS", output,
            StringComparison.Ordinal);
        Assert.Equal(!hasIpvs, output.Contains("holdfast status: carried out by the xdp plane: the kernel has no IPVS",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task Web_WithoutATerminal_SurvivesAServerAndABalancer()
    {
        string output = await PlayAsync("web");

        Assert.Contains("192.168.1.102 is down", output, StringComparison.Ordinal);
        Assert.Contains("another one goes on with the same listeners", output, StringComparison.Ordinal);
        Assert.Contains("kill -9 of balancer1", output, StringComparison.Ordinal);
    }

    private static async Task<string> PlayAsync(string scene)
    {
        using Process demo = new()
        {
            StartInfo = new ProcessStartInfo(Path.Combine(RepositoryRoot.Path, "out", "holdfast"), ["demo", scene])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        demo.Start();
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        Task<string> errors = demo.StandardError.ReadToEndAsync(cancelled);
        // A guest ends by itself, or is ended after five minutes; each step of a play has a limit.
        string output = await demo.StandardOutput.ReadToEndAsync(cancelled) + await errors;
        await demo.WaitForExitAsync(cancelled);

        Assert.True(demo.ExitCode == 0, output);
        Assert.Contains("Verdict: everything happened as it should.", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output);
        return output;
    }
}
