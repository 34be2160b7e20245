using Holdfast.Lab.UserMode;

namespace Holdfast.Demo.Lvs;

/// <summary>
/// The scene <c>lvs</c>: the seed's LVS on a real IPVS, in a kernel that runs as a process, because the kernel here may
/// not have it and must not be touched.
/// </summary>
internal static class LvsScene
{
    /// <summary>For <c>--scene</c>.</summary>
    internal const string Name = "lvs";

    /// <summary>Column titles of its figures.</summary>
    internal static IReadOnlyList<string> Headings { get; } = ["What happened", "Then", "Requests failed", "For"];

    /// <summary>Plays it.</summary>
    /// <param name="options">How it is shown.</param>
    /// <param name="program">The keepalived of both directors.</param>
    /// <param name="cancelled">Ends the guest.</param>
    /// <returns>Whether all was as it should be.</returns>
    internal static bool Play(DemoOptions options, string program, CancellationToken cancelled)
    {
        if (!File.Exists(UserModeKernel.Path))
        {
            Console.Error.WriteLine(
                $"holdfast demo: {UserModeKernel.Path} is missing: apt-get install user-mode-linux");
            return false;
        }
        var state = new LvsState();
        state.Demo.Begin("Booting a kernel with IPVS as a process");
        UserModeResult? result = null;
        var guest = new Thread(() => result = Boot(state, program, cancelled)) { IsBackground = true, Name = "guest" };
        guest.Start();
        ILvsView view = options.Plain || Console.IsOutputRedirected ? new LvsPlainView() : new LvsLiveView(program);
        view.Show(state, guest.Join);
        string? failure = Failure(state, result!, cancelled);
        Console.WriteLine(failure is null ? "Verdict: everything happened as it should." : "Verdict: " + failure);
        return failure is null;
    }

    private static UserModeResult Boot(LvsState state, string program, CancellationToken cancelled)
    {
        string directory = Directory.CreateTempSubdirectory("holdfast-lvs-").FullName;
        try
        {
            return UserModeKernel.Run(new UserModeJob
            {
                Script = $"timeout 240 '{Environment.ProcessPath}' demo {Name} --guest --daemon '{program}'",
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

    private static string? Failure(LvsState state, UserModeResult result, CancellationToken cancelled)
        => cancelled.IsCancellationRequested ? "interrupted"
            : state.End is { } end ? end.Failure
            : "the guest ended before the play did. The end of its console:\n"
                + string.Join('\n', result.Console.Split('\n').Where(static line
                    => !line.StartsWith(LvsReport.Mark, StringComparison.Ordinal)).TakeLast(20));
}

/// <summary>Shows the scene.</summary>
internal interface ILvsView
{
    /// <summary>Shows it to its end.</summary>
    /// <param name="state">What the guest has told.</param>
    /// <param name="waitForEnd">Waits for the end of the guest, so long at most; whether it came.</param>
    void Show(LvsState state, Func<TimeSpan, bool> waitForEnd);
}
