using System.Text;
using Holdfast.Linux.Abi;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Logs;

/// <summary>Says, in haproxy's words, that a server has gone down or come up, and that none is left.</summary>
internal static class ServerLog
{
    private const int Emergency = 0;
    private const int Alert = 1;
    private const int Notice = 5;

    internal static void OnChanged(Server server, bool isUp, LogSender[] senders)
    {
        Backend backend = server.Backend;
        int usable = backend.Servers.Count(static one => one.IsUsable);
        string reason = server.LastCheck switch
        {
            Errno.Success => "Layer4 check passed",
            Errno.ETIMEDOUT => "Layer4 timeout",
            _ => $"Layer4 connection problem, info: \"{server.LastCheck}\"",
        };
        string name = $"Server {backend.Options.Name}/{server.Options.Name} is ";
        Send(senders, isUp ? Notice : Alert, isUp
            ? $"{name}UP, reason: {reason}. {usable} active and 0 backup servers online. "
                + "0 sessions requeued, 0 total in queue."
            : $"{name}DOWN, reason: {reason}. {usable} active and 0 backup servers left. "
                + $"{server.ConnectionCount} sessions active, 0 requeued, 0 remaining in queue.");
        if (!isUp && usable == 0)
        {
            Send(senders, Emergency, $"backend {backend.Options.Name} has no server available!");
        }
    }

    private static void Send(LogSender[] senders, int level, string text)
    {
        foreach (LogSender sender in senders)
        {
            sender.Send(level, Encoding.UTF8.GetBytes(text));
        }
    }
}
