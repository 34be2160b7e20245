using System.Globalization;
using Holdfast.Balancing.Servers;
using Holdfast.Linux.Sockets;
using Holdfast.Management.Cli;
using Holdfast.Primitives;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Management.Commands;

/// <summary><c>set server backend/server setting value</c>.</summary>
internal static class ServerSettingCommand
{
    private const string By = " by 'stats socket command'\n";

    internal static IEnumerable<string> Run(CliRequest request, Server server) => request[3] switch
    {
        "weight" => ServerCommands.SetWeight(request, server, request[4]),
        "state" => SetState(request, server),
        "health" => SetHealth(request, server),
        "addr" => SetAddress(request, server),
        "agent" or "agent-send" or "agent-addr" or "agent-port" => AgentSettingCommand.Run(request, server),
        "check-addr" or "check-port" => SetCheckEndpoint(request, server),
        "fqdn" => request.Error("set server <b>/<s> fqdn failed because no resolution is configured.\n"),
        "ssl" => request.Error(server.IsDynamic ? "'set server <srv> ssl' not supported on dynamic servers\n"
            : "'set server <srv> ssl' cannot be set.  default-server should define ssl settings\n"),
        _ => request.Error("usage: set server <backend>/<server> addr | agent | agent-addr | agent-port | agent-send"
            + " | check-addr | check-port | fqdn | health | ssl | state | weight\n"),
    };

    private static IEnumerable<string> SetState(CliRequest request, Server server)
    {
        AdministrativeStates? states = request[4] switch
        {
            "ready" => AdministrativeStates.None,
            "drain" => AdministrativeStates.Drain,
            "maint" => AdministrativeStates.Maintenance,
            _ => null,
        };
        if (states is not { } wanted)
        {
            return request.Error("'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n");
        }
        server.Backend.SetAdministrative(server, wanted);
        return CliRequest.Done;
    }

    private static IEnumerable<string> SetHealth(CliRequest request, Server server)
    {
        ServerState? state = request[4] switch
        {
            "up" => ServerState.Running,
            "stopping" => ServerState.Stopping,
            "down" => ServerState.Stopped,
            _ => null,
        };
        if (state is not { } wanted)
        {
            return request.Error("'set server <srv> health' expects 'up', 'stopping', or 'down'.\n");
        }
        server.Backend.ForceHealth(server, wanted);
        return CliRequest.Done;
    }

    private static IEnumerable<string> SetAddress(CliRequest request, Server server)
    {
        if (request[4].Length == 0 || (request[5].Length > 0 && (request[5] != "port" || request[6].Length == 0)))
        {
            return request.Error("set server <b>/<s> addr requires an address and optionally a port.\n");
        }
        if (!IpAddress.TryParse(request[4], out IpAddress address))
        {
            return request.Error($"Invalid addr '{request[4]}'{By}");
        }
        SocketEndpoint old = server.Options.Endpoint;
        int port = old.Port;
        if (request[6].Length > 0 && !TryPort(request[6], out port))
        {
            return request.Error($"provided port is not in range 1..65535{By}");
        }
        string text = address == old.Address ? "no need to change the addr"
            : $"IP changed from '{old.Address}' to '{address}'";
        if (request[6].Length > 0)
        {
            text += port == old.Port ? ", no need to change the port"
                : string.Create(CultureInfo.InvariantCulture, $", port changed from '{old.Port}' to '{port}'");
        }
        server.Backend.ChangeEndpoint(server, new SocketEndpoint(address, port));
        if (server.Options.CheckEndpoint is { } check && check.Port == old.Port)
        {
            server.ChangeCheckEndpoint(new SocketEndpoint(check.Address, port)); // checks follow the port
        }
        return request.Notice(text + By);
    }

    private static IEnumerable<string> SetCheckEndpoint(CliRequest request, Server server)
    {
        if (server.Options.Check is null)
        {
            return request.Error("health checks are not enabled on this server");
        }
        SocketEndpoint old = server.Options.CheckEndpoint ?? server.Options.Endpoint;
        IpAddress address = old.Address;
        int port = old.Port;
        string portText = request[3] == "check-port" ? request[4] : request[5] == "port" ? request[6] : "";
        if (request[3] == "check-addr" && !IpAddress.TryParse(request[4], out address))
        {
            return request.Error($"Invalid addr '{request[4]}'\n");
        }
        if ((request[3] == "check-port" || portText.Length > 0) && !TryPort(portText, out port))
        {
            return request.Error("provided port is not in range 1..65535\n");
        }
        server.ChangeCheckEndpoint(new SocketEndpoint(address, port));
        return CliRequest.Done;
    }

    private static bool TryPort(string text, out int port)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65_535;
}
