using System.Globalization;
using Holdfast.Balancing.Servers;
using Holdfast.Config.HAProxy.Syntax;
using Holdfast.Management.Cli;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Management.Commands;

/// <summary>Commands that change one server.</summary>
internal static class ServerCommands
{
    internal static IEnumerable<CliCommand> All(ManagedProcess process)
    {
        CliCommand Of(string name, string arguments, string purpose, int word,
            Func<CliRequest, ManagedProxy, Server, IEnumerable<string>> action) => CliCommand.Of(
                name, arguments, purpose, request => Targets.WithServer(
                    process, request, word, (proxy, server) => action(request, proxy, server)))
                with { Level = CliLevel.Admin };

        yield return Of("get weight", "<bk>/<srv>", "the weight of a server", 2,
            static (request, _, server) => request.Info(string.Create(CultureInfo.InvariantCulture,
                $"{server.Balanced.UserWeight} (initial {server.Balanced.Settings.Weight})\n")))
            with { Level = CliLevel.User };
        yield return Of("set weight", "<bk>/<srv>  (DEPRECATED)", "change a weight: 'set server' does it, too", 2,
            static (request, _, server) => SetWeight(request, server, request[3]));
        yield return Of("set server", "<bk>/<srv> [opts]", "change state, weight, address, checks of a server", 2,
            (request, _, server) => ServerSettingCommand.Run(request, server));
        yield return Of("enable server", " (DEPRECATED)", "end its maintenance: 'set server' does it, too", 2,
            static (_, _, server) => SetMaintenance(server, false));
        yield return Of("disable server", "(DEPRECATED)", "begin its maintenance: 'set server' does it, too", 2,
            static (_, _, server) => SetMaintenance(server, true));
        yield return Of("disable health", "", "check a server no more", 2, static (_, _, server) =>
        {
            Backend.SetChecked(server, isChecked: false);
            return CliRequest.Done;
        });
        yield return Of("enable health", "", "check a server again", 2, static (request, _, server) =>
        {
            if (server.Options.Check is null)
            {
                return request.Error("Health check was not configured on this server, cannot enable.\n");
            }
            Backend.SetChecked(server, isChecked: true);
            return CliRequest.Done;
        });
        yield return Of("disable agent", "", "ask a server's agent no more", 2, static (_, _, server) =>
        {
            Backend.SetAgentAsked(server, isAsked: false);
            return CliRequest.Done;
        });
        yield return Of("enable agent", "", "ask a server's agent again", 2, static (request, _, server) =>
        {
            if (server.Options.Health.Agent is null)
            {
                return request.Error("Agent was not configured on this server, cannot enable.\n");
            }
            Backend.SetAgentAsked(server, isAsked: true);
            return CliRequest.Done;
        });
        yield return Of("set maxconn server", "<bk>/<srv>", "change how many connections a server gets", 3,
            static (request, _, server) => SetMaxConnections(request, server));
    }

    internal static IEnumerable<string> SetWeight(CliRequest request, Server server, string text)
    {
        if (text.Length > 0 && !char.IsAsciiDigit(text[0]) && text[0] is not ('-' or '+'))
        {
            return request.Error("Empty weight string empty or preceded by garbage");
        }
        ServerPool pool = server.Backend.Pool;
        if (WeightArgument.Read(text, server.Balanced.Settings.Weight, pool.Settings.HasDynamicWeights, out int weight)
            is { } refused)
        {
            // One of the original's messages has neither a full stop nor the end of its line.
            const string Bare = "Trailing garbage in weight string";
            return request.Error(refused.StartsWith(Bare, StringComparison.Ordinal) ? Bare : refused + "\n");
        }
        server.Backend.SetWeight(server, weight);
        return CliRequest.Done;
    }

    private static IEnumerable<string> SetMaintenance(Server server, bool isIn)
    {
        // As the original: maintenance ends a drain, and so does its end.
        server.Backend.SetAdministrative(
            server, isIn ? AdministrativeStates.Maintenance : AdministrativeStates.None);
        return CliRequest.Done;
    }

    private static IEnumerable<string> SetMaxConnections(CliRequest request, Server server)
    {
        if (request[4].Length == 0)
        {
            return request.Error("Require <maxconn>.\n");
        }
        long max = Units.Atol(request[4]);
        if (max is < 0 or > int.MaxValue)
        {
            return request.Error("maxconn must be greater or equal to 0.\n");
        }
        server.Backend.SetMaxConnections(server, (int)max);
        return CliRequest.Done;
    }
}
