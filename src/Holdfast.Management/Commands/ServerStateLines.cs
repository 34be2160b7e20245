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
    private const int CheckConfigured = 2;
    private const int CheckEnabled = 4;

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
        int checkState = model?.Check.IsEnabled == true ? CheckConfigured | CheckEnabled : 0;
        int checkPort = model?.Check.Port ?? 0;
        string checkAddress = server.Options.CheckEndpoint is { } at && at.Address != server.Options.Endpoint.Address
            ? at.Address.ToString() : "-";
        return string.Create(CultureInfo.InvariantCulture,
            $"{proxy.Id} {proxy.Name} {balanced.Settings.Id} {server.Options.Name} {server.Options.Endpoint.Address} "
            + $"{OperationalState(balanced)} {AdministrativeState(balanced, model)} {balanced.UserWeight} "
            + $"{balanced.Settings.Weight} {since} {CheckStatusNumber(check)} {CheckResult(check)} "
            + $"{check?.Health ?? InitialHealth(balanced)} {checkState} 0 0 0 - "
            + $"{server.Options.Endpoint.Port} - {(model?.IsTls == true ? 1 : 0)} {checkPort} {checkAddress} - 0\n");
    }

    /// <summary>A server without checks has the health that it began with.</summary>
    private static int InitialHealth(BalancedServer server)
        => (server.Administrative & AdministrativeStates.Maintenance) != 0 ? 0 : 2;

    private static int OperationalState(BalancedServer server) => (int)server.State;

    private static int AdministrativeState(BalancedServer server, ServerModel? model)
    {
        int state = (server.Administrative & AdministrativeStates.Drain) != 0 ? ForcedDrain : 0;
        return (server.Administrative & AdministrativeStates.Maintenance) == 0 ? state
            : state | ForcedMaintenance | (model?.IsDisabled == true ? ConfiguredMaintenance : 0);
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
