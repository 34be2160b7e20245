using System.Globalization;
using Holdfast.Balancing.Servers;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Management.Statistics;

/// <summary>The words that reports have for a server's state.</summary>
internal static class StateWords
{
    /// <summary>The <c>status</c> column: <c>UP</c>, <c>UP 1/3</c>, <c>DOWN</c>, <c>MAINT</c> and so on.</summary>
    /// <param name="server">The server.</param>
    /// <param name="check">Its checks; null: it has none.</param>
    /// <param name="tracked">Backend and server whose state it follows; null: none.</param>
    internal static string Status(Server server, CheckView? check, string? tracked)
    {
        BalancedServer balanced = server.Balanced;
        if ((balanced.Administrative & AdministrativeStates.AnyMaintenance) is not 0 and var reason)
        {
            return (reason & AdministrativeStates.Unresolved) != 0 ? "MAINT (resolution)" : "MAINT";
        }
        if (balanced.State == ServerState.Stopped)
        {
            return check is { Health: > 0 } rising && rising.Health < rising.Rise
                ? Fraction("DOWN", rising.Health, rising.Rise) : "DOWN";
        }
        if ((balanced.Administrative & AdministrativeStates.Drain) != 0)
        {
            return "DRAIN";
        }
        string word = balanced.State == ServerState.Stopping ? "NOLB" : "UP";
        return check is not { } own ? (tracked is null ? "no check" : word)
            : own.Health >= own.Rise + own.Fall - 1 ? word
            : Fraction(word, own.Health - own.Rise + 1, own.Fall);
    }

    /// <summary>The state as metrics name it.</summary>
    internal static string Short(Server server)
    {
        BalancedServer balanced = server.Balanced;
        return (balanced.Administrative & AdministrativeStates.AnyMaintenance) != 0 ? "MAINT"
            : balanced.State == ServerState.Stopped ? "DOWN"
            : (balanced.Administrative & AdministrativeStates.Drain) != 0 ? "DRAIN"
            : balanced.State == ServerState.Stopping ? "NOLB" : "UP";
    }

    private static string Fraction(string word, int count, int of)
        => string.Create(CultureInfo.InvariantCulture, $"{word} {count}/{of}");
}

/// <summary>What reports show of a server's health checks.</summary>
/// <param name="Code">Short name of the last result, such as L4OK.</param>
/// <param name="Description">The same in words.</param>
/// <param name="Number">HTTP status or exit status; null: this result has none.</param>
/// <param name="Duration">Milliseconds that it took; negative: not known.</param>
/// <param name="Info">What was read or met.</param>
/// <param name="Health">The counter of health.</param>
/// <param name="Rise">Good checks that bring it up.</param>
/// <param name="Fall">Failed checks that take it down.</param>
/// <param name="Failures">Failed checks while it was up.</param>
/// <param name="Downs">Changes from up to down.</param>
/// <param name="Downtime">Seconds spent down.</param>
internal sealed record CheckView(
    string Code, string Description, int? Number, long Duration, string Info, int Health, int Rise, int Fall,
    long Failures, long Downs, long Downtime);
