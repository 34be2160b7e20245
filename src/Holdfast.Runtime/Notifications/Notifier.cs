using System.Globalization;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Notifications.Mail;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Scripts;

namespace Holdfast.Runtime.Notifications;

/// <summary>Turns changes of state into notify scripts and lines of FIFOs, in keepalived's order and words.</summary>
/// <remarks>
/// For each event: the script of the state, then <c>notify</c> with its four arguments, then the FIFO, then mail.
/// Scripts are begun in that order and their ends are not waited for.
/// </remarks>
public sealed class Notifier
{
    private const int RunningMax = 4096;

    private readonly ScriptRunner _runner;
    private readonly Log _log;
    private readonly List<NotifyFifo> _fifos = [];
    private readonly Queue<(PreparedCommand Command, IReadOnlyList<string> More)> _queue = [];
    private readonly Dictionary<string, string> _lines = new(StringComparer.Ordinal);
    private bool _isStarting;
    private NotifyTargets _targets = NotifyTargets.Empty;

    /// <summary>A notifier that knows no instance yet.</summary>
    public Notifier(ScriptRunner runner, Log log)
    {
        _runner = runner;
        _log = log;
    }

    /// <summary>How many notify scripts run or are about to.</summary>
    public int RunningCount { get; private set; }

    /// <summary>Called whenever a script has ended, for one who waits for all of them.</summary>
    public Action? ScriptEnded { get; set; }

    /// <summary>Sets what is notified of; the lists must fit the model whose indexes the events bear.</summary>
    public void Apply(NotifyTargets targets) => _targets = targets;

    /// <summary>
    /// Writes the last known state of everything that is notified of (fifo_write_vrrp_states_on_reload).
    /// </summary>
    public void WriteStates()
    {
        foreach (NotifyTarget target in _targets.Instances)
        {
            WriteAgain($"{Type(NotifySubject.Instance)} \"{target.Name}\"");
        }
        foreach (NotifyTarget target in _targets.Groups)
        {
            WriteAgain($"{Type(NotifySubject.Group)} \"{target.Name}\"");
        }
    }

    /// <summary>Sends mail; null: nobody does.</summary>
    public MailAlerts? Mail { get; init; }

    /// <summary>Adds a FIFO that gets every line.</summary>
    public void Add(NotifyFifo fifo) => _fifos.Add(fifo);

    /// <summary>Closes all FIFOs.</summary>
    public void CloseFifos()
    {
        _fifos.ForEach(static fifo => fifo.Dispose());
        _fifos.Clear();
    }

    /// <summary>An instance changed its state.</summary>
    public void OnInstance(in InstanceStateChangedMessage message)
    {
        if (Find(_targets.Instances, message.Index) is { } target)
        {
            Notify(NotifySubject.Instance, target, message.To, message.Priority);
        }
    }

    /// <summary>A sync group changed its state; its priority is always 0, as in the original.</summary>
    public void OnGroup(in GroupStateChangedMessage message)
    {
        if (Find(_targets.Groups, message.Index) is { } target)
        {
            Notify(NotifySubject.Group, target, message.To, new Priority(0));
        }
    }

    /// <summary>The priority of an instance changed.</summary>
    public void OnPriority(in PriorityChangedMessage message)
    {
        if (Find(_targets.Instances, message.Index) is { PriorityChanges: true } target)
        {
            string word = Word(message.State);
            RunAny(NotifySubject.Instance, target, word, message.To);
            WriteLine(NotifySubject.Instance, target, word, message.To);
        }
    }

    /// <summary>An Active instance heard a lower priority.</summary>
    public void OnLowerPriority(in ReceivedLowerPriorityMessage message)
    {
        const string Word = "MASTER_RX_LOWER_PRI";
        if (Find(_targets.Instances, message.Index) is { ReceivedLowerPriority: { } command } target)
        {
            Run(command, []);
            WriteLine(NotifySubject.Instance, target, Word, message.Priority);
        }
    }

    private static NotifyTarget? Find(System.Collections.Immutable.ImmutableArray<NotifyTarget> targets, int index)
        => (uint)index < (uint)targets.Length ? targets[index] : null;

    private static string Word(InstanceState state) => state switch
    {
        InstanceState.Active => "MASTER",
        InstanceState.Backup => "BACKUP",
        InstanceState.Fault => "FAULT",
        InstanceState.Stopped => "STOP",
        InstanceState.Deleted => "DELETED",
        _ => "INIT",
    };

    private void Notify(NotifySubject subject, NotifyTarget target, InstanceState state, Priority priority)
    {
        PreparedCommand? specific = state switch
        {
            InstanceState.Active => target.Master,
            InstanceState.Backup => target.Backup,
            InstanceState.Fault => target.Fault,
            InstanceState.Stopped => target.Stop,
            InstanceState.Deleted => target.Deleted ?? (target.DeletedWithoutScript ? null : target.Fault),
            _ => null,
        };
        if (specific is not null)
        {
            Run(specific, []);
        }
        string word = Word(state);
        RunAny(subject, target, word, priority);
        WriteLine(subject, target, word, priority);
        if (target.SmtpAlert)
        {
            Mail?.Send(subject, target.Name, state);
        }
        _lines[$"{Type(subject)} \"{target.Name}\""] = $"{word} {Number(priority)}";
    }

    private void WriteAgain(string subject)
    {
        if (_lines.TryGetValue(subject, out string? state))
        {
            _fifos.ForEach(fifo => fifo.Write($"{subject} {state}"));
        }
    }

    private void RunAny(NotifySubject subject, NotifyTarget target, string word, Priority priority)
    {
        if (target.Any is { } any)
        {
            Run(any, [Type(subject), target.Name, word, Number(priority)]);
        }
    }

    private void WriteLine(NotifySubject subject, NotifyTarget target, string word, Priority priority)
    {
        if (_fifos.Count > 0)
        {
            string line = $"{Type(subject)} \"{target.Name}\" {word} {Number(priority)}";
            _fifos.ForEach(fifo => fifo.Write(line));
        }
    }

    private void Run(PreparedCommand command, IReadOnlyList<string> more)
    {
        if (RunningCount >= RunningMax)
        {
            _log.Error($"{RunningMax} notify scripts are running, not starting {command.Text}");
            return;
        }
        RunningCount++;
        _queue.Enqueue((command, more));
        StartNext();
    }

    /// <summary>
    /// Starts scripts one after the other: each when the one before has begun, not ended, so that they begin in the
    /// order of the events, as with fork.
    /// </summary>
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

    private void OnEnded(string text, Linux.Processes.ExitStatus status)
    {
        RunningCount--;
        if (!status.IsSuccess)
        {
            _log.Debug($"Notify script {text} {status}");
        }
        ScriptEnded?.Invoke();
    }

    private static string Type(NotifySubject subject) => subject == NotifySubject.Instance ? "INSTANCE" : "GROUP";

    private static string Number(Priority priority) => priority.Value.ToString(CultureInfo.InvariantCulture);
}
