using Holdfast.Demo.Traffic;
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

    private static readonly PlayTexts s_texts = new()
    {
        Title = "LVS", Balancer = "Director", Server = "Real server", State = "Weight", Out = "is not in it",
        Table = "ipvsadm -Ln", TableShort = "ipvsadm",
    };

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
        var state = new PlayState();
        state.Demo.Begin(
            isGuest ? "Booting a kernel with IPVS as a process" : "Two directors, two servers and a client");
        string console = "";
        Thread play = isGuest ? Start(() => console = Boot(state, program, cancelled).Console)
            : Start(() => LvsGuest.Play(program, new PlayReport(state.Take), cancelled));
        IPlayView.Of(options, s_texts, program).Show(state, play.Join);
        return IPlayView.Conclude(Failure(state, console, cancelled));
    }

    private static Thread Start(Action work)
    {
        var thread = new Thread(() => work()) { IsBackground = true, Name = "play" };
        thread.Start();
        return thread;
    }

    private static UserModeResult Boot(PlayState state, string program, CancellationToken cancelled)
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

    private static string? Failure(PlayState state, string console, CancellationToken cancelled)
        => cancelled.IsCancellationRequested ? "interrupted"
            : state.End is { } end ? end.Failure
            : "the guest ended before the play did. The end of its console:\n"
                + string.Join('\n', console.Split('\n').Where(static line
                    => !line.StartsWith(PlayReport.Mark, StringComparison.Ordinal)).TakeLast(20));
}
