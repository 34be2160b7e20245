using System.Globalization;
using System.Text;
using Holdfast.Linux.Sockets;
using Holdfast.Management.Cli;
using Holdfast.Primitives;
using Holdfast.Proxy.Checks;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Management.Commands;

/// <summary><c>set server backend/server agent…</c>: what the agent is taken to say, where it is, what it is asked.
/// </summary>
internal static class AgentSettingCommand
{
    private const string NotEnabled = "agent checks are not enabled on this server";

    internal static IEnumerable<string> Run(CliRequest request, Server server)
    {
        string setting = request[3];
        if (setting == "agent-port" && request[4].Length == 0)
        {
            return request.Error("set server <b>/<s> agent-port requires a port.\n");
        }
        if (setting == "agent-addr" && request[4].Length == 0)
        {
            return request.Error("set server <b>/<s> agent-addr requires an address and optionally a port.\n");
        }
        if (!server.Health.IsAgentAsked || server.Options.Health.Agent is not { } agent)
        {
            return request.Error(setting is "agent" or "agent-send" ? NotEnabled + ".\n" : NotEnabled);
        }
        return setting switch
        {
            "agent" => SetState(request, server),
            "agent-send" => SetQuestion(request, server, agent),
            _ => SetEndpoint(request, server, agent),
        };
    }

    private static IEnumerable<string> SetState(CliRequest request, Server server)
    {
        if (request[4] is not ("up" or "down"))
        {
            return request.Error("'set server <srv> agent' expects 'up' or 'down'.\n");
        }
        Backend.ForceAgent(server, isDown: request[4] == "down");
        return CliRequest.Done;
    }

    private static IEnumerable<string> SetQuestion(CliRequest request, Server server, AgentOptions agent)
    {
        server.ChangeAgent(agent with { Program = AgentPrograms.Asking(Encoding.UTF8.GetBytes(request[4])) });
        return CliRequest.Done;
    }

    private static IEnumerable<string> SetEndpoint(CliRequest request, Server server, AgentOptions agent)
    {
        bool isPort = request[3] == "agent-port";
        IpAddress address = agent.Endpoint.Address;
        int port = agent.Endpoint.Port;
        if (!isPort && !IpAddress.TryParse(request[4], out address))
        {
            return request.Error($"invalid addr '{request[4]}'");
        }
        string text = isPort ? request[4] : request[5] == "port" ? request[6] : "";
        if (text.Length > 0 && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port is > 0 and <= 65_535))
        {
            return request.Error("provided port is not an integer");
        }
        server.ChangeAgent(agent with { Endpoint = new SocketEndpoint(address, port) });
        return CliRequest.Done;
    }
}
