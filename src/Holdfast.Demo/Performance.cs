using Holdfast.Lab;
using Holdfast.Linux;

namespace Holdfast.Demo;

/// <summary>The scenes, played on a thread of their own while a view looks on.</summary>
internal sealed class Performance(DemoStage stage, IReadOnlyList<Scene> scenes)
{
    private Thread? _thread;

    /// <summary>Why it broke off; null when it did not.</summary>
    internal string? Failure { get; private set; }

    internal void Begin()
    {
        _thread = new Thread(Play) { IsBackground = true, Name = "demo" };
        _thread.Start();
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>Whether it came before the time was over.</returns>
    internal bool WaitForEnd(TimeSpan timeout) => _thread!.Join(timeout);

    private void Play()
    {
        try
        {
            foreach (Scene scene in scenes)
            {
                stage.State.Begin(scene.Title);
                scene.Play(stage);
            }
        }
        catch (OperationCanceledException)
        {
            Failure = "interrupted";
        }
        catch (Exception exception) when (exception is LabTimeoutException or LinuxException)
        {
            Failure = exception.Message;
        }
    }
}
