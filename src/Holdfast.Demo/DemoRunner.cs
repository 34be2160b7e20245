using System.Runtime.InteropServices;
using Holdfast.Demo.Lvs;
using Holdfast.Demo.Web;
using Holdfast.Lab;
using Holdfast.Linux;
using Holdfast.Linux.Processes;

namespace Holdfast.Demo;

/// <summary><c>holdfast demo</c>: two nodes and a client on this machine, and what a client sees of their failures.
/// </summary>
public static class DemoRunner
{
    private const int UsageError = 2;

    /// <summary>Names of the scenes, for the help.</summary>
    public static IReadOnlyList<string> SceneNames { get; }
        = [.. Scenes.All.Select(static scene => scene.Name), LvsScene.Name, LvsScene.GuestName, WebScene.Name];

    /// <summary>Plays the demo.</summary>
    /// <returns>Exit code: 0 played, 1 something did not happen, 2 usage.</returns>
    public static int Run(DemoOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<Scene> scenes = [.. Scenes.All.Where(scene
            => options.Scene is null ? !scene.OnlyByName : scene.Name == options.Scene)];
        bool isLvs = IsLvs(options);
        bool isWeb = options.Scene == WebScene.Name;
        if (scenes.Count == 0 && !isLvs && !isWeb)
        {
            return Refuse($"there is no scene '{options.Scene}'; there are: {string.Join(", ", SceneNames)}");
        }
        string program = Path.GetFullPath(
            options.Daemon ?? Path.Combine(Path.GetDirectoryName(Environment.ProcessPath)!,
                isWeb ? "holdfast" : "keepalived"));
        if (!File.Exists(program))
        {
            return Refuse($"{program} does not exist; run ./build.sh, or name a daemon with --daemon");
        }
        if (isLvs && options.IsGuest)
        {
            return LvsGuest.Run(program);
        }
        // A guest has its own root.
        if (options.Scene != LvsScene.GuestName && Lab.Lab.Obstacle is { } obstacle)
        {
            Console.Error.WriteLine("holdfast demo: " + obstacle);
            return 1;
        }
        return Play(options, scenes, program);
    }

    private static bool IsLvs(DemoOptions options) => options.Scene is LvsScene.Name or LvsScene.GuestName;

    private static int Refuse(string why)
    {
        Console.Error.WriteLine("holdfast demo: " + why);
        return UsageError;
    }

    private static int Play(DemoOptions options, List<Scene> scenes, string program)
    {
        using var cancel = new CancellationTokenSource();
        ConsoleCancelEventHandler interrupt = (_, pressed) =>
        {
            pressed.Cancel = true; // the namespaces are taken down in order
            cancel.Cancel();
        };
        Console.CancelKeyPress += interrupt;
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);
        try
        {
            if (IsLvs(options))
            {
                return LvsScene.Play(options, program, cancel.Token) ? 0 : 1;
            }
            if (options.Scene == WebScene.Name)
            {
                return WebScene.Play(options, program, cancel.Token) ? 0 : 1;
            }
            _ = OwnProcess.LockMemory(); // keeps the meter on time; without it the demo is only less exact
            var state = new DemoState();
            using var stage = new DemoStage(program, state, cancel.Token);
            IDemoView view = options.Plain || Console.IsOutputRedirected ? new PlainView() : new LiveView(program);
            bool played = view.Show(stage, new Performance(stage, scenes));
            if (played && options.Stay)
            {
                Stay(stage, cancel.Token);
            }
            return played ? 0 : 1;
        }
        catch (LinuxException exception)
        {
            Console.Error.WriteLine("holdfast demo: " + exception.Message);
            return 1;
        }
        finally
        {
            Console.CancelKeyPress -= interrupt;
        }

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            cancel.Cancel();
        }
    }

    private static void Stay(DemoStage stage, CancellationToken cancelled)
    {
        Console.WriteLine();
        Console.WriteLine("The nodes stay up. Enter one from another terminal, as root:");
        foreach (LabNode node in stage.Nodes.Where(static node => node.IsRunning))
        {
            Console.WriteLine($"  {node.Name,-7} nsenter --all --target {node.InitPid}");
        }
        Console.WriteLine("Ctrl-C ends them.");
        cancelled.WaitHandle.WaitOne();
    }
}
