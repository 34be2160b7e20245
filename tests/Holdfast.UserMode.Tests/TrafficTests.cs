using System.Runtime.InteropServices;
using Holdfast.Lab.UserMode;
using Holdfast.Tests.Repository;

namespace Holdfast.UserMode.Tests;

/// <summary>
/// Requests and long connections through a real IPVS that our daemon is in charge of, by NAT, direct routing and
/// tunnel, while servers and directors die and return. What is done stands in Holdfast.TrafficGuest.
/// </summary>
public sealed class TrafficTests(TrafficRun run) : IClassFixture<TrafficRun>
{
    [Theory]
    [InlineData("Start_AllServersGetTraffic")]
    [InlineData("ServerDies_NoRequestGoesThereAfterItIsRemoved")]
    [InlineData("ServerVanishes_NoRequestGoesThereAfterItIsRemoved")]
    [InlineData("ServerIsIll_Inhibited_KeepsItsConnections")]
    [InlineData("ReloadWithWeightZero_KeepsConnections")]
    [InlineData("Stop_TakesTheServicesAway")]
    [InlineData("TwoDirectors_Start_OneIsActiveAndTheOtherKnowsItsConnections")]
    [InlineData("ActiveIsKilled_ConnectionsGoOn")]
    [InlineData("ActiveIsStopped_ConnectionsGoOnAndNoRequestFails")]
    public void Case(string name) => Assert.True(run.Output.Split('\n').Contains("pass " + name), run.Output);
}

/// <summary>One boot for all cases: a scene takes as long as its checks and timers do.</summary>
public sealed class TrafficRun : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("holdfast-uml-").FullName;

    public TrafficRun()
    {
        string root = RepositoryRoot.Path;
        string guest = Path.Combine(root, "tests", "Holdfast.TrafficGuest", "bin", "Release", "net10.0",
            "Holdfast.TrafficGuest");
        string runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        UserModeResult result = UserModeKernel.Run(new()
        {
            Script = $"""
                export DOTNET_ROOT={runtime} DOTNET_EnableDiagnostics=0
                {guest} {Path.Combine(root, "out", "keepalived")} one two >/mnt/out 2>&1
                """,
            Directory = _directory,
            Modules = [.. UserModeJob.IpvsModules, .. UserModeJob.TrafficModules],
            Limit = TimeSpan.FromMinutes(5),
        });
        string output = Path.Combine(_directory, "out");
        Output = File.Exists(output) ? File.ReadAllText(output) : result.Console;
        Console.Error.WriteLine(string.Join('\n', Output.Split('\n').Where(static line
            => line.StartsWith("figure ", StringComparison.Ordinal))));
    }

    /// <summary>What the guest said.</summary>
    internal string Output { get; }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
