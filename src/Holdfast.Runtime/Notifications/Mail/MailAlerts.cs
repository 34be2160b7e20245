using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Notifications.Mail;

/// <summary>Sends mail on changes of state (<c>smtp_alert</c>): a process for each, a few at a time.</summary>
public sealed class MailAlerts
{
    private const int RunningMax = 4;
    private const int WaitingMax = 1000;

    private readonly ChildRegistry _children;
    private readonly IReadOnlyList<string> _environment;
    private readonly string _program;
    private readonly TimeProvider _time;
    private readonly Log _log;
    private readonly Queue<MailMessage> _waiting = [];
    private GlobalModel _global = new();
    private int _running;
    private bool _lossIsLogged;

    /// <summary>Mail is sent by <paramref name="program"/>, in the mode of <see cref="MailSender"/>.</summary>
    public MailAlerts(
        ChildRegistry children, IReadOnlyList<string> environment, string program, TimeProvider time, Log log)
    {
        _children = children;
        _environment = environment;
        _program = program;
        _time = time;
        _log = log;
    }

    /// <summary>How many mails are on their way or wait.</summary>
    public int Count => _running + _waiting.Count;

    /// <summary>Whether every mail is on its way: their processes go on without us.</summary>
    public bool HaveAllBegun => _waiting.Count == 0;

    /// <summary>Called when a mail is gone, or cannot go.</summary>
    public Action? Ended { get; set; }

    /// <summary>Takes over who gets mail, and from which server.</summary>
    public void Apply(GlobalModel global) => _global = global;

    /// <summary>Tells of a change of state of VRRP, when mail of it is wanted at all.</summary>
    public void Send(NotifySubject subject, string name, InstanceState state)
    {
        if ((state != InstanceState.Fault || !_global.NoMailOnFault)
            && AlertText.Of(subject, name, state) is { } text)
        {
            Send(text.Subject, text.Body);
        }
    }

    /// <summary>Sends a mail to those who get alerts, if there are any.</summary>
    /// <param name="subject">The subject, without the name of the router, which is put before it.</param>
    /// <param name="body">The text, one line.</param>
    public void Send(string subject, string body)
    {
        if (_global.Smtp is not { To.Length: > 0 } smtp)
        {
            return;
        }
        string host = Environment.MachineName;
        if (_waiting.Count >= WaitingMax)
        {
            if (!_lossIsLogged)
            {
                _log.Error($"{WaitingMax} mails wait for {smtp.Server}, not sending more");
            }
            _lossIsLogged = true;
            return;
        }
        string from = smtp.From.Length > 0 ? smtp.From : $"keepalived@{host}";
        _waiting.Enqueue(new MailMessage(
            smtp.Server, smtp.Port, smtp.HeloName ?? host, smtp.ConnectTimeout, from, smtp.To,
            $"[{_global.RouterId ?? host}] {subject}", body, _time.GetLocalNow()));
        StartNext();
    }

    /// <summary>Forgets what waits, at the end of the daemon; what is on its way goes on.</summary>
    public void Stop() => _waiting.Clear();

    private void StartNext()
    {
        while (_running < RunningMax && _waiting.TryDequeue(out MailMessage? message))
        {
            Errno errno = Start(message);
            if (errno != Errno.Success)
            {
                _log.Error($"Mail '{message.Subject}' cannot be sent: {errno}");
                Ended?.Invoke();
            }
        }
    }

    private Errno Start(MailMessage message)
    {
        Errno errno = SealedMemory.TryCreate("holdfast-mail", message.ToJson(), out FdHandle memory);
        if (errno != Errno.Success)
        {
            return errno;
        }
        using (memory)
        {
            using FdHandle none = DescriptorIo.OpenNull();
            var request = new SpawnRequest
            {
                Path = _program,
                Arguments = [MailSender.Name],
                Environment = _environment,
                Descriptors = [new(none.Number, 0), new(none.Number, 1), new(none.Number, 2),
                    new(memory.Number, MailSender.MessageFd)],
                Group = SpawnGroup.NewGroup,
            };
            errno = ProcessSpawner.TrySpawn(request, out PidFd? child);
            if (child is not null)
            {
                _running++;
                _children.Add(child, status => OnEnded(message, status));
            }
            return errno;
        }
    }

    private void OnEnded(MailMessage message, ExitStatus status)
    {
        _running--;
        if (!status.IsSuccess)
        {
            _log.Error($"Mail '{message.Subject}' was not sent by {message.Server} port {message.Port}: "
                + Reason(status));
        }
        else
        {
            _lossIsLogged = false;
        }
        StartNext();
        Ended?.Invoke();
    }

    private static string Reason(ExitStatus status)
        => status.Signal != Signal.None ? status.ToString() : (MailOutcome)status.Code switch
        {
            MailOutcome.UnknownServer => "the name has no address",
            MailOutcome.CannotConnect => "it cannot be reached",
            MailOutcome.BrokenOff => "it did not answer in time, or broke off",
            MailOutcome.Refused => "it refused the sender or the text",
            MailOutcome.NoReceiver => "it refused every receiver",
            _ => status.ToString(),
        };
}
