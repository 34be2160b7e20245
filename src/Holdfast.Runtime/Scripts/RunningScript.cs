using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;

namespace Holdfast.Runtime.Scripts;

/// <summary>What has become of a script that has ended.</summary>
internal enum ScriptFate : byte
{
    /// <summary>It ran, and its exit status is its own.</summary>
    Ran,

    /// <summary>It was never executed; the exit status is that of the launcher, 127 when it was not found.</summary>
    NotStarted,

    /// <summary>Who ran it for us has died or could not run it; the exit status says nothing.</summary>
    Lost,
}

/// <summary>A script that runs, with its own process group.</summary>
public sealed class RunningScript
{
    private readonly Action<Signal> _send;

    internal RunningScript(int pid)
    {
        Pid = pid;
        _send = signal => _ = OwnProcess.KillGroup(Pid, signal); // ESRCH: it has just ended, which is what was wanted
    }

    internal RunningScript(int pid, Action<Signal> send)
    {
        Pid = pid;
        _send = send;
    }

    /// <summary>
    /// Id of the script's process and of its group; 0 while the service that starts it has not told it yet.
    /// </summary>
    public int Pid { get; internal set; }

    /// <summary>Whether it has ended and been collected; its id may belong to someone else then.</summary>
    public bool HasEnded { get; internal set; }

    /// <summary>What has become of it; holds once it has ended.</summary>
    internal ScriptFate Fate { get; set; }

    /// <summary>Sends a signal to the script and to all that it started in its group.</summary>
    public void SendToGroup(Signal signal)
    {
        if (!HasEnded)
        {
            _send(signal);
        }
    }
}
