using Holdfast.Config.Keepalived.Model;
using Holdfast.Health.Services;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Notifications;
using Holdfast.Runtime.Notifications.Mail;
using Holdfast.Runtime.Scripts;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Runtime.Checks.Notifications;

/// <summary>Tells scripts, FIFOs, mail and the log what becomes of virtual servers and their real servers.</summary>
/// <remarks>
/// Its process calls, at the start and on a reload, <see cref="Apply"/> and then <c>ServiceBoard.Apply</c>, whose
/// changes go to <see cref="OnChange"/>. A report of the engine goes to <see cref="OnReport"/> after the changes that
/// it has led to.
/// What is to be told is decided by <see cref="ServiceNews"/> and <see cref="CheckerNews"/>.
/// </remarks>
internal sealed class ServiceNotifier : IDisposable
{
    private readonly ScriptQueue _scripts;
    private readonly NotifyFifos _fifos;
    private readonly MailAlerts? _mail;
    private readonly Log _log;
    private readonly Dictionary<ScriptCommand, PreparedCommand?> _commands = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _knownServers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private KeepalivedModel _model = new();

    /// <summary>Nothing to tell yet.</summary>
    /// <param name="runner">Starts scripts.</param>
    /// <param name="mail">Sends mail; null: nobody does.</param>
    /// <param name="log">Gets the lines.</param>
    internal ServiceNotifier(ScriptRunner runner, MailAlerts? mail, Log log)
    {
        _scripts = new ScriptQueue(runner, log);
        _fifos = new NotifyFifos(runner, log);
        _mail = mail;
        _log = log;
    }

    /// <summary>Whether every script and mail that was given has begun, so that our process may end.</summary>
    internal bool HaveAllBegun => _scripts.HaveAllBegun && _mail?.HaveAllBegun != false;

    /// <summary>Takes over a configuration, and tells of what is not in it any more. Call it before the board.
    /// </summary>
    /// <param name="model">The configuration.</param>
    /// <param name="states">The state of each service of the one before; empty at the start.</param>
    internal void Apply(KeepalivedModel model, IReadOnlyList<ServiceState> states)
    {
        KeepalivedModel before = _model;
        ServiceNote[] gone = [.. Gone(before, states, model)];
        Tell(gone); // by the scripts and FIFOs of the configuration that it was in
        _knownServers.Clear();
        foreach (VirtualServerModel service in before.VirtualServers)
        {
            _knownServers.UnionWith(service.RealServers.Select(server => Key(service, server)));
        }
        _begun.IntersectWith(model.VirtualServers.Select(static v => v.Name));
        _model = model;
        _mail?.Apply(model.Global);
        _commands.Clear();
        foreach (VirtualServerModel service in model.VirtualServers)
        {
            Prepare(service.QuorumUp);
            Prepare(service.QuorumDown);
            foreach (RealServerModel server in service.RealServers)
            {
                Prepare(server.NotifyUp);
                Prepare(server.NotifyDown);
            }
        }
        OpenFifos(model.Global);
    }

    /// <summary>A service has changed, or begins, goes on or stops.</summary>
    internal void OnChange(ServiceChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        VirtualServerModel service = _model.VirtualServers[change.Service];
        if (change.Occasion == ServiceOccasion.Start)
        {
            _begun.Add(service.Name);
        }
        Tell(ServiceNews.Of(
            _model, change, server => !_knownServers.Contains(Key(service, service.RealServers[server]))));
    }

    /// <summary>A checker has reported, and the board has taken it.</summary>
    /// <param name="report">The report.</param>
    /// <param name="before">The service before it.</param>
    /// <param name="now">The service with it.</param>
    internal void OnReport(ServerReport report, ServiceState before, ServiceState now)
    {
        IEnumerable<ServiceNote> notes = CheckerNews.Of(_model, report, before, now);
        // A process that goes on for a dead one learns what was known already.
        Tell(_begun.Contains(_model.VirtualServers[report.Id.Service].Name) ? notes
            : notes.Where(static n => n.Kind == ServiceNoteKind.Mail));
    }

    /// <summary>Closes the FIFOs; scripts that run go on.</summary>
    public void Dispose()
    {
        _mail?.Stop();
        _fifos.Dispose();
    }

    private static IEnumerable<ServiceNote> Gone(
        KeepalivedModel before, IReadOnlyList<ServiceState> states, KeepalivedModel now)
    {
        for (int i = 0; i < states.Count && i < before.VirtualServers.Length; i++)
        {
            VirtualServerModel old = before.VirtualServers[i];
            VirtualServerModel? kept = now.VirtualServers.FirstOrDefault(v => v.Name == old.Name);
            if (kept is null)
            {
                foreach (ServiceNote note in ServiceNews.ServiceGone(old, states[i]))
                {
                    yield return note;
                }
                continue;
            }
            for (int j = 0; j < old.RealServers.Length; j++)
            {
                RealServerModel server = old.RealServers[j];
                if (ServiceNews.IsInPool(old, server, states[i], j)
                    && !kept.RealServers.Any(r => r.Address == server.Address && r.Port == server.Port))
                {
                    foreach (ServiceNote note in ServiceNews.ServerGone(old, server))
                    {
                        yield return note;
                    }
                }
            }
        }
    }

    private void Tell(IEnumerable<ServiceNote> notes)
    {
        foreach (ServiceNote note in notes)
        {
            switch (note.Kind)
            {
                case ServiceNoteKind.Log:
                    _log.Info(note.Text);
                    break;
                case ServiceNoteKind.Fifo:
                    _fifos.Write(note.Text);
                    break;
                case ServiceNoteKind.Script:
                    if (_commands.GetValueOrDefault(note.Command!) is { } command)
                    {
                        _scripts.Run(command, []);
                    }
                    break;
                default:
                    _mail?.Send(note.Text, note.Body);
                    break;
            }
        }
    }

    private void Prepare(ScriptCommand? command)
    {
        if (command is not null)
        {
            _commands[command] = PreparedNotifications.Command(command, _model.Global, _log);
        }
    }

    private void OpenFifos(GlobalModel global)
    {
        LvsGlobalModel lvs = global.Lvs;
        List<FifoRequest> fifos = [];
        if (global.NotifyFifo is { } all)
        {
            // Its reader is started by the supervisor, which writes into it, too.
            fifos.Add(new FifoRequest(all, global.NotifyFifoUser, global.NotifyFifoGroup, static () => null));
        }
        if (lvs.NotifyFifo is { } own)
        {
            fifos.Add(new FifoRequest(own, lvs.NotifyFifoUser, lvs.NotifyFifoGroup,
                () => PreparedNotifications.Command(lvs.NotifyFifoScript, global, _log)));
        }
        _fifos.Apply([.. fifos]);
    }

    private static string Key(VirtualServerModel service, RealServerModel server)
        => $"{service.Name}|{ServiceNews.Name(service, server)}";
}
