using System.Globalization;
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
    private readonly ScriptQueue _scripts;
    private readonly Dictionary<string, string> _lines = new(StringComparer.Ordinal);
    private NotifyTargets _targets = NotifyTargets.Empty;

    /// <summary>A notifier that knows no instance yet.</summary>
    public Notifier(ScriptRunner runner, Log log)
    {
        _scripts = new ScriptQueue(runner, log);
        Fifos = new NotifyFifos(runner, log);
    }

    /// <summary>How many notify scripts run or are about to.</summary>
    public int RunningCount => _scripts.RunningCount;

    /// <summary>Called whenever a script has ended, for one who waits for all of them.</summary>
    public Action? ScriptEnded
    {
        get => _scripts.ScriptEnded;
        set => _scripts.ScriptEnded = value;
    }

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

    /// <summary>The FIFOs that get every line.</summary>
    public NotifyFifos Fifos { get; }

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
            _scripts.Run(command, []);
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
            _scripts.Run(specific, []);
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
            Fifos.Write($"{subject} {state}");
        }
    }

    private void RunAny(NotifySubject subject, NotifyTarget target, string word, Priority priority)
    {
        if (target.Any is { } any)
        {
            _scripts.Run(any, [Type(subject), target.Name, word, Number(priority)]);
        }
    }

    private void WriteLine(NotifySubject subject, NotifyTarget target, string word, Priority priority)
    {
        if (Fifos.Count > 0)
        {
            Fifos.Write($"{Type(subject)} \"{target.Name}\" {word} {Number(priority)}");
        }
    }

    private static string Type(NotifySubject subject) => subject == NotifySubject.Instance ? "INSTANCE" : "GROUP";

    private static string Number(Priority priority) => priority.Value.ToString(CultureInfo.InvariantCulture);
}
