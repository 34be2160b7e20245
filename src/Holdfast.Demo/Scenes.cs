namespace Holdfast.Demo;

/// <summary>One scene.</summary>
/// <param name="Name">For <c>--scene</c>.</param>
/// <param name="Title">For the view.</param>
/// <param name="Play">What happens.</param>
/// <param name="OnlyByName">Whether it is played only when it is asked for.</param>
internal sealed record Scene(string Name, string Title, Action<DemoStage> Play, bool OnlyByName = false);

/// <summary>The scenes with two nodes, and the user's files that they run.</summary>
internal static class Scenes
{
    internal const string MasterConfig = "keepalived-master.conf";
    internal const string BackupConfig = "keepalived-backup.conf";
    internal const string NginxConfig = "keepalived-nginx.conf";

    internal static IReadOnlyList<Scene> All { get; } =
    [
        new("stop", "Planned stop of the Active", static stage =>
        {
            stage.EnsureNode1Active(MasterConfig);
            stage.Measure("planned stop of node1", stage.Node1.Stop, stage.Node2);
        }),
        new("return", "Restart and preemption back", static stage =>
        {
            stage.StartIfDown(stage.Node2, BackupConfig);
            if (stage.Node1.IsUp)
            {
                stage.StopAndWait(stage.Node1);
            }
            stage.WaitForAnswers(stage.Node2);
            stage.Measure("node1 starts and preempts", () => stage.StartIfDown(stage.Node1, MasterConfig), stage.Node1);
        }),
        new("dies", "The Active dies: all its processes killed, its cable cut", static stage =>
        {
            stage.EnsureNode1Active(MasterConfig);
            stage.Measure("node1 dies", stage.Node1.Die, stage.Node2);
        }),
        new("script", "Tracked script fails: no nginx on the Active", static stage =>
        {
            stage.EnsureNode1Active(NginxConfig);
            stage.Measure("nginx of node1 is gone", stage.KillNginx, stage.Node2,
                ifNot: "node1 still answers: it ignores the script");
            stage.Measure("nginx is back, node1 preempts", stage.StartNginx, stage.Node1);
        }),
        new("crash", "Crash, hang and freeze of the Active's daemon", CrashScene.Play, OnlyByName: true),
    ];

    /// <summary>A file of the user, unchanged.</summary>
    internal static string Read(string name)
    {
        using Stream stream = typeof(Scenes).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the program");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
