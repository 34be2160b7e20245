using System.Text;
using Holdfast.Balancing.Servers;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Logs;

/// <summary>Says, in haproxy's words, what becomes of servers.</summary>
/// <param name="sendersOf">The targets of a backend.</param>
/// <param name="onLine">Gets each line with its level, for who looks on; null: nobody.</param>
internal sealed class HealthLog(Func<Backend, LogSender[]> sendersOf, Action<int, string>? onLine)
{
    internal const int Emergency = 0;
    internal const int Alert = 1;
    internal const int Notice = 5;

    private readonly Dictionary<Backend, LogSender[]> _senders = [];

    internal static string NameOf(Server server) => $"{server.Backend.Options.Name}/{server.Options.Name}";

    /// <summary>How many servers are left, and what they have to do.</summary>
    internal static string Left(Server server, PoolView view) => $"{Counts(view, "left")} "
        + $"{server.Balanced.Served} sessions active, 0 requeued, {server.Balanced.Queued} remaining in queue.";

    /// <summary>How many servers are online.</summary>
    internal static string Online(Server server, PoolView view)
        => $"{Counts(view, "online")} 0 sessions requeued, {server.Balanced.Queued} total in queue.";

    /// <summary>A server's condition is another one.</summary>
    /// <param name="server">The server.</param>
    /// <param name="old">What it was.</param>
    /// <param name="now">What it is.</param>
    /// <param name="reason">Why, with what stands before it.</param>
    /// <param name="change">What has changed for traffic.</param>
    internal void Changed(
        Server server, ServerCondition old, ServerCondition now, string reason, TrafficChange change)
    {
        switch (now)
        {
            case ServerCondition.Up:
                Write(server, Notice, $" is UP{reason}. {Online(server, change.After)}");
                return;
            case ServerCondition.Stopping:
                Write(server, Notice, $" is stopping{reason}. {Online(server, change.After)}");
                break;
            default:
                // One that wanted no new work was on its way out.
                Write(server, old == ServerCondition.Stopping ? Notice : Alert,
                    $" is DOWN{reason}. {Left(server, change.After)}");
                break;
        }
        SayIfNoneLeft(server, change);
    }

    /// <summary>A backend may have lost its last server.</summary>
    internal void SayIfNoneLeft(Server server, TrafficChange change)
    {
        if (change.LosesLast)
        {
            Send(server, Emergency, $"{(server.Backend.Options.IsListen ? "proxy" : "backend")} "
                + $"{server.Backend.Options.Name} has no server available!");
        }
    }

    /// <summary>A line that begins with the server's name.</summary>
    internal void Write(Server server, int level, string text)
        => Send(server, level,
            $"{(server.Balanced.Settings.IsBackup ? "Backup Server" : "Server")} {NameOf(server)}{text}");

    /// <summary>A line to the targets of the server's backend.</summary>
    internal void Send(Server server, int level, string text)
    {
        if (!_senders.TryGetValue(server.Backend, out LogSender[]? senders))
        {
            senders = _senders[server.Backend] = sendersOf(server.Backend);
        }
        byte[] line = Encoding.UTF8.GetBytes(text);
        foreach (LogSender sender in senders)
        {
            sender.Send(level, line);
        }
        onLine?.Invoke(level, text);
    }

    /// <summary>"1 active and 0 backup servers online.", and who does the work.</summary>
    private static string Counts(PoolView view, string where)
    {
        return $"{view.ActiveCount} active and {view.BackupCount} backup servers {where}."
            + (view.ActiveCount == 0 && view.BackupCount > 0 ? " Running on backup." : "");
    }
}
