using Holdfast.Lab.UserMode;

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
        DirectoryInfo directory = Directory.CreateTempSubdirectory("holdfast-uml-");
        try
        {
            UserModeResult result = UserModeKernel.Run(new()
            {
                Script = $"HOLDFAST_OUT={Path.Combine(Programs.Root, "out")}; . {script}",
                Directory = directory.FullName,
                Modules = ["drivers/net/veth"],
                MemoryMebibytes = 256,
                Limit = s_limit,
            });
            return result.Console.Split('\n', StringSplitOptions.TrimEntries);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
