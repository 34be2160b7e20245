using System.Diagnostics;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>
/// Steps of the wall clock move nothing. A host's clock must not be set by a test, and there is no namespace for it; so
/// the routers run in a kernel of their own, which is an ordinary process.
/// </summary>
public sealed class ClockStepTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(150);

    [Fact]
    public void WallClock_StepsOfAnHourForwardsAndBack_MoveNothing()
    {
        string[] lines = RunKernel(Path.Combine(Programs.Root, "tests/Holdfast.Parity.Tests/Vrrp/clock-steps.sh"));
        string all = string.Join('\n', lines);

        Assert.True(lines.Contains("moves at first: 3"), all); // Backup and Active; Backup
        Assert.Equal(2, lines.Count(static line => line == "moves: 3"));
        Assert.Equal(2, lines.Count(static line => line == "holders: a"));
        // A second may have ended between reading and setting.
        int[] steps = [.. lines.Where(static line => line.StartsWith("clock: ", StringComparison.Ordinal))
            .Select(static line => int.Parse(line["clock: ".Length..], null))];
        Assert.InRange(steps[0], 3600, 3602);
        Assert.InRange(steps[1], -3600, -3598);
    }

    private static string[] RunKernel(string script)
    {
        using Process kernel = Process.Start(new ProcessStartInfo(Programs.UserModeLinux,
        [
            "mem=256M", "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", $"init={script}", "con=null",
            "con0=fd:0,fd:1", $"HOLDFAST_OUT={Path.Combine(Programs.Root, "out")}",
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Task<string> output = kernel.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (!kernel.WaitForExit(s_limit))
        {
            kernel.Kill(entireProcessTree: true);
        }
        return output.Result.Split('\n', StringSplitOptions.TrimEntries);
    }
}
