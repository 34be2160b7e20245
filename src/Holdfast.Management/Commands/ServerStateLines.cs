using System.Globalization;
using Holdfast.Balancing.Servers;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Management.Statistics;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Management.Commands;

/// <summary>The lines of <c>show servers state</c>, which state files hold: version 1 of the original's form.</summary>
internal static class ServerStateLines
{
    /// <summary>Version and names of the fields.</summary>
    internal const string Header = "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state "
        + "srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health "
        + "srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl "
        + "srv_check_port srv_check_addr srv_agent_addr srv_agent_port\n";

    private const int ForcedMaintenance = 1;
    private const int ConfiguredMaintenance = 4;
    private const int ForcedDrain = 8;
    private const int LacksAddress = 0x20;
    private const int CheckConfigured = 2;
    private const int CheckEnabled = 4;
    private const int CheckPaused = 8;
    private const int IsAgent = 16;

    internal static (string Header, Func<ManagedProxy, IEnumerable<string>> Lines) All(ManagedProcess process)
        => (Header, proxy => proxy.Backend!.Servers.Select(
            server => Line(proxy, server, ManagedProcess.Now, process.StartedAt)));

    /// <summary>The line of one server.</summary>
    internal static string Line(ManagedProxy proxy, Server server, long now, long startedAt)
    {
        BalancedServer balanced = server.Balanced;
        ServerModel? model = proxy.ModelOf(server);
        CheckView? check = CheckViews.Of(server);
        long since = Math.Max(0, now - Math.Max(startedAt, balanced.ChangedAt.Nanoseconds / 1_000_000)) / 1000;
        (string checkAddress, int checkPort) = CheckTarget(server, model);
        return string.Create(CultureInfo.InvariantCulture,
            $"{proxy.Id} {proxy.Name} {balanced.Settings.Id} {server.Options.Name} {server.Options.Endpoint.Address} "
            + $"{OperationalState(balanced)} {AdministrativeState(balanced, model)} {balanced.UserWeight} "
            + $"{balanced.Settings.Weight} {since} {CheckStatusNumber(check)} {CheckResult(check)} "
            + $"{check?.Health ?? InitialHealth(balanced, model)} {CheckState(server, model)} "
            + $"{AgentState(server)} 0 {(server.IsDynamic && model?.Id > 0 ? 1 : 0)} - "
            + $"{server.Options.Endpoint.Port} - {(model?.IsTls == true ? 1 : 0)} {checkPort} {checkAddress} - "
            + $"{server.Options.Health.Agent?.Endpoint.Port ?? 0}\n");
    }

    /// <summary>A server without checks has the health that it began with, or that maintenance left it.</summary>
    private static int InitialHealth(BalancedServer server, ServerModel? model)
        => model?.IsDisabled == true || (server.Administrative & AdministrativeStates.Maintenance) != 0
            || server.ChangedAt.Nanoseconds > 0 ? 0 : 2;

    private static int CheckState(Server server, ServerModel? model)
    {
        bool isIn = (server.Balanced.Administrative & AdministrativeStates.AnyMaintenance) != 0;
        return model?.Check.IsEnabled == true
            ? CheckConfigured | (server.Health.IsChecked ? CheckEnabled | (isIn ? CheckPaused : 0) : 0)
            : model?.IsDisabled == true ? CheckPaused : 0;
    }

    private static int AgentState(Server server) => server.Options.Health.Agent is null ? 0
        : CheckConfigured | IsAgent | (server.Health.IsAgentAsked ? CheckEnabled : 0);

    /// <summary>What the file or an operator says of where it is checked; "-" and 0: nothing.</summary>
    private static (string Address, int Port) CheckTarget(Server server, ServerModel? model)
    {
        if (server.Options.CheckEndpoint is not { } target)
        {
            return ("-", 0);
        }
        bool isOfFile = model?.Check.Address is not null || model?.Check.Port is not null;
        bool hasAddress = !isOfFile || model?.Check.Address is not null
            || target.Address != server.Options.Endpoint.Address;
        int port = isOfFile || target.Port != server.Options.Endpoint.Port ? target.Port : 0;
        return (hasAddress ? target.Address.ToString() : "-", port);
    }

    private static int OperationalState(BalancedServer server) => (int)server.State;

    private static int AdministrativeState(BalancedServer server, ServerModel? model)
    {
        int state = (server.Administrative & AdministrativeStates.Drain) != 0 ? ForcedDrain : 0;
        bool isConfigured = model?.IsDisabled == true;
        bool isIn = (server.Administrative & AdministrativeStates.Maintenance) != 0;
        bool isLost = (server.Administrative & AdministrativeStates.Unresolved) != 0;
        return state | (isIn ? ForcedMaintenance : 0) | (isConfigured ? ConfiguredMaintenance : 0)
            | (isLost ? LacksAddress : 0);
    }

    /// <summary>The number of a result in the original's list.</summary>
    private static int CheckStatusNumber(CheckView? check) => check?.Code switch
    {
        null => 1,
        "UNK" => 0,
        "INI" => 1,
        "CHECKED" => 3,
        "HANA" => 4,
        "SOCKERR" => 5,
        "L4OK" => 6,
        "L4TOUT" => 7,
        "L4CON" => 8,
        "L6OK" => 9,
        "L6TOUT" => 10,
        "L6RSP" => 11,
        "L7TOUT" => 12,
        "L7RSP" => 13,
        "L7OK" => 15,
        "L7OKC" => 16,
        "L7STS" => 17,
        "PROCERR" => 18,
        "PROCTOUT" => 19,
        "PROCOK" => 20,
        _ => 0,
    };

    /// <summary>0 not known, 1 neutral, 2 failed, 3 passed, 4 passed, but no new work.</summary>
    private static int CheckResult(CheckView? check) => check?.Code switch
    {
        null or "UNK" or "INI" => 0,
        "CHECKED" => 1,
        "L4OK" or "L6OK" or "L7OK" or "PROCOK" => 3,
        "L7OKC" => 4,
        _ => 2,
    };
}
