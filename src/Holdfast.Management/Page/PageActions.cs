using Holdfast.Balancing.Servers;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Management.Page;

/// <summary>What a form of the page asks for: actions on servers, with the original's fields and codes.</summary>
internal static class PageActions
{
    private const int FormMax = 16_384;

    /// <summary>Carries out a form.</summary>
    /// <returns>The code for the page that follows: DONE, NONE, PART, ERRP or EXCD.</returns>
    internal static string Run(ManagedProcess process, string form)
    {
        if (form.Length > FormMax)
        {
            return "EXCD";
        }
        string action = "", backend = "";
        bool hasAction = false;
        var servers = new List<string>();
        foreach (string part in form.Split('&'))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string value = equals < 0 ? ""
                : Uri.UnescapeDataString(part[(equals + 1)..].Replace('+', ' '));
            switch (equals < 0 ? "" : part[..equals])
            {
                case "action":
                    action = value;
                    hasAction = true;
                    break;
                case "b":
                    backend = value;
                    break;
                case "s":
                    servers.Add(value);
                    break;
                default:
                    break;
            }
        }
        if (!hasAction || backend.Length == 0 || servers.Count == 0)
        {
            return "NONE";
        }
        if (process.FindBackend(backend) is not { } proxy || !IsKnown(action))
        {
            return "ERRP";
        }
        Server?[] found = [.. servers.Select(name => ManagedProcess.FindServer(proxy, name))];
        int changed = found.Count(server => server is not null && Do(process, server, action));
        return found.Any(static server => server is null) ? changed > 0 ? "PART" : "ERRP"
            : changed > 0 ? "DONE" : "NONE";
    }

    private static bool IsKnown(string action) => action is "ready" or "drain" or "maint" or "start" or "stop"
        or "shutdown" or "dhlth" or "ehlth" or "hrunn" or "hnolb" or "hdown" or "dagent" or "eagent" or "arunn"
        or "adown";

    /// <summary>Does it to one server; false: it does not apply to it, or changes nothing.</summary>
    private static bool Do(ManagedProcess process, Server server, string action)
    {
        switch (action)
        {
            case "ready":
                server.Backend.SetAdministrative(server, AdministrativeStates.None);
                return true;
            case "drain":
                server.Backend.SetAdministrative(server, AdministrativeStates.Drain);
                return true;
            // Of old forms: a drain and its end, which are told apart from nothing.
            case "stop" when server.Balanced.Administrative == AdministrativeStates.None:
                server.Backend.SetAdministrative(server, AdministrativeStates.Drain);
                return true;
            case "start" when server.Balanced.Administrative != AdministrativeStates.None:
                server.Backend.SetAdministrative(server, AdministrativeStates.None);
                return true;
            case "maint":
                server.Backend.SetAdministrative(server, AdministrativeStates.Maintenance);
                return true;
            case "shutdown":
                process.Engine.ShutDownSessions(server);
                return true;
            case "hrunn" or "hnolb" or "hdown" when server.Options.Check is not null:
                server.Backend.ForceHealth(server, action == "hrunn" ? ServerState.Running
                    : action == "hnolb" ? ServerState.Stopping : ServerState.Stopped);
                return true;
            case "dhlth" or "ehlth" when server.Options.Check is not null:
                Backend.SetChecked(server, action == "ehlth");
                return true;
            default:
                return false;
        }
    }
}
