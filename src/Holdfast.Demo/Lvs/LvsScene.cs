using Holdfast.Lab.UserMode;

namespace Holdfast.Demo.Lvs;

/// <summary>
/// The seed's LVS. Scene <c>lvs</c> plays it on this kernel, in namespaces: where that has no IPVS, on the xdp plane.
/// Scene <c>lvs-ipvs</c> plays it on a real IPVS, in a kernel that runs as a process.
/// </summary>
internal static class LvsScene
{
    /// <summary>For <c>--scene</c>: on this kernel.</summary>
    internal const string Name = "lvs";

    /// <summary>For <c>--scene</c>: in user-mode Linux.</summary>
    internal const string GuestName = "lvs-ipvs";

    /// <summary>Column titles of its figures.</summary>
    internal static IReadOnlyList<string> Headings { get; } = ["What happened", "Then", "Requests failed", "For"];

    /// <summary>Plays it.</summary>
    /// <param name="options">Which of both, and how it is shown.</param>
    /// <param name="program">The keepalived of both directors.</param>
    /// <param name="cancelled">Ends it.</param>
    /// <returns>Whether all was as it should be.</returns>
    internal static bool Play(DemoOptions options, string program, CancellationToken cancelled)
    {
        bool isGuest = options.Scene == GuestName;
        if (isGuest && !File.Exists(UserModeKernel.Path))
        {
            Console.Error.WriteLine(
                $"holdfast demo: {UserModeKernel.Path} is missing: apt-get install user-mode-linux");
            return false;
        }
        var state = new LvsState();
        state.Demo.Begin(
            isGuest ? "Booting a kernel with IPVS as a process" : "Two directors, two servers and a client");
        string console = "";
        Thread play = isGuest ? Start(() => console = Boot(state, program, cancelled).Console)
            : Start(() => LvsGuest.Play(program, new LvsReport(state.Take), cancelled));
        ILvsView view = options.Plain || Console.IsOutputRedirected ? new LvsPlainView() : new LvsLiveView(program);
        view.Show(state, play.Join);
        string? failure = Failure(state, console, cancelled);
        Console.WriteLine(failure is null ? "Verdict: everything happened as it should." : "Verdict: " + failure);
        return failure is null;
    }

    private static Thread Start(Action work)
    {
        var thread = new Thread(() => work()) { IsBackground = true, Name = "play" };
        thread.Start();
        return thread;
    }

    private static UserModeResult Boot(LvsState state, string program, CancellationToken cancelled)
    {
        string directory = Directory.CreateTempSubdirectory("holdfast-lvs-").FullName;
        try
        {
            return UserModeKernel.Run(new UserModeJob
            {
                Script = $"timeout 240 '{Environment.ProcessPath}' demo {GuestName} --guest --daemon '{program}'",
                Directory = directory,
                Modules = [.. UserModeJob.IpvsModules, .. UserModeJob.TrafficModules],
                Limit = TimeSpan.FromMinutes(5),
                Console = state.Take,
                Cancelled = cancelled,
            });
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string? Failure(LvsState state, string console, CancellationToken cancelled)
        => cancelled.IsCancellationRequested ? "interrupted"
            : state.End is { } end ? end.Failure
            : "the guest ended before the play did. The end of its console:\n"
                + string.Join('\n', console.Split('\n').Where(static line
                    => !line.StartsWith(LvsReport.Mark, StringComparison.Ordinal)).TakeLast(20));
}

/// <summary>Shows the scene.</summary>
internal interface ILvsView
{
    /// <summary>Shows it to its end.</summary>
    /// <param name="state">What the play has told.</param>
    /// <param name="waitForEnd">Waits for the end of the play, so long at most; whether it came.</param>
    void Show(LvsState state, Func<TimeSpan, bool> waitForEnd);
}
