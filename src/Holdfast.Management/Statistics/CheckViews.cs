using Holdfast.Balancing.Servers;
using Holdfast.Linux.Abi;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Management.Statistics;

/// <summary>What the engine knows of checks, as reports show it.</summary>
internal static class CheckViews
{
    /// <summary>The health checks of a server; null: it has none.</summary>
    internal static CheckView? Of(Server server)
    {
        if (server.Options.Check is not { } check)
        {
            return null;
        }
        bool isUp = server.Balanced.State != ServerState.Stopped;
        (string code, string description) = server.LastCheck switch
        {
            Errno.Success => ("L4OK", "Layer4 check passed"),
            Errno.ETIMEDOUT => ("L4TOUT", "Layer4 timeout"),
            _ => ("L4CON", "Layer4 connection problem"),
        };
        return new CheckView(code, description, null, 0, "", isUp ? check.Rise + check.Fall - 1 : 0,
            check.Rise, check.Fall, 0, 0, 0);
    }
}
