using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Health.Services;

namespace Holdfast.Runtime.Checks.Notifications;

/// <summary>What is told of a change of a virtual server, in the original's order and words: pure.</summary>
/// <remarks>
/// For a server: log, script, FIFO. Then for the quorum: log, sorry server, FIFO, script, mail. At the start the quorum
/// is told, and a lost one only where a sorry server takes over; servers that are up only with
/// <c>rs_init_notifies</c>. All of it as keepalived 2.2.7 does, seen at its FIFO, log and mail server.
/// </remarks>
internal static class ServiceNews
{
    /// <summary>What a change of a service means.</summary>
    /// <param name="model">The configuration that it belongs to.</param>
    /// <param name="change">The change.</param>
    /// <param name="isNew">Says of a server of it by its index whether it was not configured before.</param>
    internal static IEnumerable<ServiceNote> Of(KeepalivedModel model, ServiceChange change, Func<int, bool> isNew)
    {
        VirtualServerModel service = model.VirtualServers[change.Service];
        IEnumerable<ServiceNote> notes = change.Effects.SelectMany(e => OfEffect(service, change, e));
        return change.Occasion switch
        {
            ServiceOccasion.Start or ServiceOccasion.Continue
                => Begun(model, service, change, isNew).Concat(notes),
            ServiceOccasion.Stop => Stopping(service).Concat(notes),
            _ => notes,
        };
    }

    /// <summary>A server that is not configured any more.</summary>
    internal static IEnumerable<ServiceNote> ServerGone(VirtualServerModel service, RealServerModel server)
    {
        yield return Log($"Removing service {Name(service, server)} from VS {service.Name}");
        foreach (ServiceNote note in OfServer(service, server, isUp: false))
        {
            yield return note;
        }
        if (server.SmtpAlert)
        {
            yield return Mail(service, server, "DOWN", "Removing");
        }
    }

    /// <summary>
    /// Whether a server that is up has an entry, so that it is told as down when it goes: without quorum the sorry
    /// server stands there alone.
    /// </summary>
    internal static bool IsInPool(VirtualServerModel service, RealServerModel server, ServiceState state, int index)
        => state.Servers[index].IsUp
            && (state.HasQuorum || service.SorryServer is null || server.InhibitOnFailure);

    /// <summary>A virtual server that is not configured any more.</summary>
    internal static IEnumerable<ServiceNote> ServiceGone(VirtualServerModel service, ServiceState state)
    {
        yield return Log($"Removing Virtual Server {service.Name}");
        for (int i = 0; i < service.RealServers.Length; i++)
        {
            if (IsInPool(service, service.RealServers[i], state, i))
            {
                foreach (ServiceNote note in ServerGone(service, service.RealServers[i]))
                {
                    yield return note;
                }
            }
        }
        if (service.SorryServer is { } sorry && !state.HasQuorum)
        {
            yield return Log($"Removing sorry server {Name(service, sorry)} from VS {service.Name}");
        }
        if (state.HasQuorum)
        {
            foreach (ServiceNote note in OfQuorum(service, isUp: false, "Lost quorum", 0, mailed: true))
            {
                yield return note;
            }
        }
    }

    /// <summary>Script and FIFO of a server that is up or down.</summary>
    internal static IEnumerable<ServiceNote> OfServer(VirtualServerModel service, RealServerModel server, bool isUp)
    {
        if ((isUp ? server.NotifyUp : server.NotifyDown) is { } command)
        {
            yield return new ServiceNote(ServiceNoteKind.Script, "") { Command = command };
        }
        yield return new ServiceNote(ServiceNoteKind.Fifo,
            $"RS {Name(service, server)} {service.Name} {Word(isUp)}");
    }

    /// <summary>A mail about a server.</summary>
    /// <param name="service">Its service.</param>
    /// <param name="server">The server.</param>
    /// <param name="word">UP or DOWN.</param>
    /// <param name="body">The text, without the arrows around it.</param>
    internal static ServiceNote Mail(VirtualServerModel service, RealServerModel server, string word, string body)
        => new(ServiceNoteKind.Mail,
            $"Realserver {Name(service, server)} of virtual server {service.Name} - {word}")
        {
            Body = $"=> {body} <=",
        };

    internal static string Word(bool isUp) => isUp ? "UP" : "DOWN";

    internal static string Name(VirtualServerModel service, RealServerModel server)
        => service.Endpoint(server.Address, server.Port);

    private static string Name(VirtualServerModel service, SorryServerModel server)
        => service.Endpoint(server.Address, server.Port);

    private static IEnumerable<ServiceNote> Begun(
        KeepalivedModel model, VirtualServerModel service, ServiceChange change, Func<int, bool> isNew)
    {
        for (int i = 0; model.Global.Lvs.NotifyAtStart && i < service.RealServers.Length; i++)
        {
            if (change.Now.Servers[i].IsUp && (change.Occasion == ServiceOccasion.Start || isNew(i)))
            {
                foreach (ServiceNote note in OfServer(service, service.RealServers[i], isUp: true))
                {
                    yield return note;
                }
            }
        }
    }

    private static IEnumerable<ServiceNote> Stopping(VirtualServerModel service)
        => service.RealServers.Select(
            server => Log($"Shutting down service {Name(service, server)} from VS {service.Name}"));

    private static IEnumerable<ServiceNote> OfEffect(
        VirtualServerModel service, ServiceChange change, ServiceEffect effect)
    {
        bool stops = change.Occasion == ServiceOccasion.Stop;
        bool starts = change.Occasion == ServiceOccasion.Start;
        switch (effect.Kind)
        {
            case ServiceEffectKind.ServerUp or ServiceEffectKind.ServerDown:
                RealServerModel server = service.RealServers[effect.Server];
                bool isUp = effect.Kind == ServiceEffectKind.ServerUp;
                IEnumerable<ServiceNote> told = OfServer(service, server, isUp);
                return stops ? told : told.Prepend(Log($"{Verb(server.InhibitOnFailure, isUp)} service "
                    + $"{Name(service, server)} {Preposition(server.InhibitOnFailure, isUp)} VS {service.Name}"));
            case ServiceEffectKind.WeightChanged:
                return [Weight(service, change, effect)];
            case ServiceEffectKind.QuorumGained:
                return Gained(service, effect.Weight, starts);
            default:
                return stops ? OfQuorum(service, isUp: false, "", 0, mailed: false)
                    : starts && service.SorryServer is null ? [] : Lost(service, effect.Weight, starts);
        }
    }

    private static ServiceNote Weight(VirtualServerModel service, ServiceChange change, ServiceEffect effect)
    {
        RealServerModel server = service.RealServers[effect.Server];
        ServerState now = change.Now.Servers[effect.Server];
        long before = change.Before?.Servers[effect.Server].Weight ?? server.Weight;
        return Log(string.Create(CultureInfo.InvariantCulture, $"Changing weight from {before} to {effect.Weight} for ")
            + $"{(now.IsUp ? "" : "in")}active service {Name(service, server)} of VS {service.Name}");
    }

    private static IEnumerable<ServiceNote> Gained(VirtualServerModel service, long weight, bool starts)
    {
        yield return Log(string.Create(CultureInfo.InvariantCulture,
            $"Gained quorum {service.Quorum}+{service.Hysteresis}={service.Quorum + service.Hysteresis} <= {weight}")
            + $" for VS {service.Name}");
        if (service.SorryServer is { } sorry && !starts)
        {
            yield return Log(
                $"{Verb(sorry.Inhibit, isUp: false)} sorry server {Name(service, sorry)} from VS {service.Name}");
            yield return Log($"Adding alive servers to the pool for VS {service.Name}");
        }
        foreach (ServiceNote note in OfQuorum(
            service, isUp: true, starts ? "Starting with quorum up" : "Gained quorum", weight, mailed: true))
        {
            yield return note;
        }
    }

    private static IEnumerable<ServiceNote> Lost(VirtualServerModel service, long weight, bool starts)
    {
        string what = starts ? "Starting with quorum down" : "Lost quorum";
        yield return Log(string.Create(CultureInfo.InvariantCulture,
            $"{what} {service.Quorum}-{service.Hysteresis}={service.Quorum - service.Hysteresis} > {weight}")
            + $" for VS {service.Name}");
        if (service.SorryServer is { } sorry)
        {
            yield return Log(
                $"{Verb(sorry.Inhibit, isUp: true)} sorry server {Name(service, sorry)} to VS {service.Name}");
            yield return Log($"Removing alive servers from the pool for VS {service.Name}");
        }
        foreach (ServiceNote note in OfQuorum(service, isUp: false, what, weight, mailed: true))
        {
            yield return note;
        }
    }

    private static IEnumerable<ServiceNote> OfQuorum(
        VirtualServerModel service, bool isUp, string what, long weight, bool mailed)
    {
        yield return new ServiceNote(ServiceNoteKind.Fifo, $"VS {service.Name} {Word(isUp)}");
        if ((isUp ? service.QuorumUp : service.QuorumDown) is { } command)
        {
            yield return new ServiceNote(ServiceNoteKind.Script, "") { Command = command };
        }
        if (mailed && service.SmtpAlert)
        {
            // The original writes plus and "at most" for a lost quorum, too; filters of mail look for it.
            long threshold = service.Quorum + (isUp ? service.Hysteresis : -service.Hysteresis);
            yield return new ServiceNote(ServiceNoteKind.Mail, $"Virtualserver {service.Name} - {Word(isUp)}")
            {
                Body = string.Create(CultureInfo.InvariantCulture,
                    $"=> {what} {service.Quorum}+{service.Hysteresis}={threshold} <= {weight} <="),
            };
        }
    }

    private static string Verb(bool inhibits, bool isUp) => (inhibits, isUp) switch
    {
        (true, true) => "Enabling",
        (true, false) => "Disabling",
        (false, true) => "Adding",
        _ => "Removing",
    };

    private static string Preposition(bool inhibits, bool isUp) => inhibits ? "of" : isUp ? "to" : "from";

    private static ServiceNote Log(string text) => new(ServiceNoteKind.Log, text);
}
