using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Scripts;

namespace Holdfast.Runtime.Notifications;

/// <summary>Starts notify scripts so that they begin in the order in which they are given.</summary>
/// <remarks>
/// Each starts when the one before has begun, not ended, as with fork. Their ends are not waited for. They outlive
/// the daemon.
/// </remarks>
public sealed class ScriptQueue
{
    private const int RunningMax = 4096;

    private readonly ScriptRunner _runner;
    private readonly Log _log;
    private readonly Queue<(PreparedCommand Command, IReadOnlyList<string> More)> _queue = [];
    private bool _isStarting;

    /// <summary>An empty queue.</summary>
    /// <param name="runner">Starts the scripts.</param>
    /// <param name="log">Told of what cannot be started.</param>
    public ScriptQueue(ScriptRunner runner, Log log)
    {
        _runner = runner;
        _log = log;
    }

    /// <summary>How many scripts run or are about to.</summary>
    public int RunningCount { get; private set; }

    /// <summary>Whether every script that was given has begun, so that nothing is lost when we end.</summary>
    public bool HaveAllBegun => !_isStarting && _queue.Count == 0;

    /// <summary>Called whenever a script has ended, for one who waits for all of them.</summary>
    public Action? ScriptEnded { get; set; }

    /// <summary>Runs a script after those that were given before; above 4096 at once none is started.</summary>
    /// <param name="command">The script.</param>
    /// <param name="more">Arguments after its own.</param>
    public void Run(PreparedCommand command, IReadOnlyList<string> more)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (RunningCount >= RunningMax)
        {
            _log.Error($"{RunningMax} notify scripts are running, not starting {command.Text}");
            return;
        }
        RunningCount++;
        _queue.Enqueue((command, more));
        StartNext();
    }

    private void StartNext()
    {
        while (!_isStarting && _queue.TryDequeue(out (PreparedCommand Command, IReadOnlyList<string> More) next))
        {
            string text = next.Command.Text;
            Errno errno = _runner.TryStart(
                next.Command, next.More, status => OnEnded(text, status), out _, outlivesUs: true, OnExecuted);
            _isStarting = errno == Errno.Success;
            if (errno != Errno.Success)
            {
                RunningCount--;
                _log.Error($"Notify script {text} cannot be started: {errno}");
            }
        }
    }

    private void OnExecuted()
    {
        _isStarting = false;
        StartNext();
    }

    private void OnEnded(string text, ExitStatus status)
    {
        RunningCount--;
        if (!status.IsSuccess)
        {
            _log.Debug($"Notify script {text} {status}");
        }
        ScriptEnded?.Invoke();
    }
}
