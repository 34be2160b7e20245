using System.Text.Json;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Text;
using Holdfast.Runtime.Checks.Reports;
using Holdfast.Runtime.History;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Scripts;
using Holdfast.Runtime.Vrrp;

namespace Holdfast.Runtime.Supervision;

// What the supervisor knows beyond the state of the VRRP process: how it came to it, and how its checks stand.
public sealed partial class Supervisor
{
    private readonly TransitionHistory _history = new(TimeProvider.System);

    private void NoteTransition(in InstanceStateChangedMessage message)
    {
        TransitionEntry? entry = _history.Add(_configuration.Model, in message);
        TransitionLog.Write(
            _log, _configuration.Model, in message, entry is null ? null : TransitionWords.Cause(entry));
    }

    private void NotePriority(in PriorityChangedMessage message)
    {
        _ = _history.Add(_configuration.Model, in message);
        TransitionLog.Write(_log, _configuration.Model, in message);
    }

    /// <summary>Asks for one instance by name; an unknown name is refused with the nearest known one.</summary>
    private void RequestExplanation(ControlConnection client, string? name)
    {
        KeepalivedModel model = _configuration.Model;
        int index = name is null ? -1 : model.Instances.FindIndex(i => i.Name == name);
        if (name is not null && index < 0)
        {
            string? nearest = NearestWord.Find(name, model.Instances.Select(static i => i.Name));
            client.Reply(Json(ok: false, w => WriteError(w, ok: false, $"there is no vrrp_instance '{name}'"
                + (nearest is null ? "" : $"; did you mean '{nearest}'?"))));
            return;
        }
        RequestStatus(client, StatusKind.Explain, StatusPart.Vrrp, index);
    }

    /// <summary>Asks for the real servers that some words name; unknown ones are refused with the nearest known.
    /// </summary>
    private void RequestServerExplanation(ControlConnection client, string words)
    {
        ServiceFound found = ServiceSearch.Find(
            _configuration.Model, words.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (found.Error is { } error)
        {
            client.Reply(Json(ok: false, w => WriteError(w, ok: false, error)));
            return;
        }
        RequestStatus(client, StatusKind.Explain, StatusPart.Checks, found.Service, found.Server);
    }

    private void WriteChecks(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("scripts");
        foreach (CheckReport check in _scripts.CheckReports())
        {
            check.Write(writer);
        }
        writer.WriteEndArray();
    }
}
