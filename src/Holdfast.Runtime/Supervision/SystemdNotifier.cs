using System.Globalization;
using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;

namespace Holdfast.Runtime.Supervision;

/// <summary>Tells systemd how the service is doing (sd_notify(3)); does nothing without systemd.</summary>
public static class SystemdNotifier
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const string WatchdogVariable = "WATCHDOG_USEC";
    private const string WatchdogPidVariable = "WATCHDOG_PID";

    /// <summary>
    /// How often <see cref="Watchdog"/> must be called: half of what systemd waits; null: it does not watch.
    /// </summary>
    /// <param name="isSuccessor">
    /// Whether this process has taken the place of the one that systemd started and that the variable names.
    /// </param>
    public static TimeSpan? WatchdogInterval(bool isSuccessor)
    {
        string? owner = Environment.GetEnvironmentVariable(WatchdogPidVariable);
        bool isOurs = isSuccessor || owner is null
            || owner == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return isOurs && long.TryParse(Environment.GetEnvironmentVariable(WatchdogVariable), NumberStyles.None,
            CultureInfo.InvariantCulture, out long microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds) / 2 : null;
    }

    /// <summary>Whether another main process of the service may have a variable: not our own process id.</summary>
    internal static bool IsInheritable(string variable)
        => !variable.StartsWith(WatchdogPidVariable, StringComparison.Ordinal);

    /// <summary>The service is up, or has finished a reload, whether or not that did anything.</summary>
    /// <param name="status">One line for <c>systemctl status</c>.</param>
    public static void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    /// <summary>The service is up, and another process than before is the main one.</summary>
    /// <param name="mainPid">Its process id.</param>
    /// <param name="status">One line for <c>systemctl status</c>.</param>
    public static void ReadyAs(int mainPid, string status) => Send(string.Create(
        CultureInfo.InvariantCulture, $"MAINPID={mainPid}\nREADY=1\nSTATUS={status}"));

    /// <summary>
    /// The service reads its configuration anew; <see cref="Ready"/> follows. With the time, which
    /// <c>Type=notify-reload</c> wants (systemd 253).
    /// </summary>
    /// <param name="status">One line for <c>systemctl status</c>.</param>
    public static void Reloading(string status) => Send(string.Create(CultureInfo.InvariantCulture,
        $"RELOADING=1\nMONOTONIC_USEC={MonotonicClock.Now.Nanoseconds / 1000}\nSTATUS={status}"));

    /// <summary>The service ends.</summary>
    /// <param name="status">One line for <c>systemctl status</c>.</param>
    public static void Stopping(string status) => Send($"STOPPING=1\nSTATUS={status}");

    /// <summary>Nothing happened but that the line for <c>systemctl status</c> is another.</summary>
    /// <param name="status">The line.</param>
    public static void Status(string status) => Send($"STATUS={status}");

    /// <summary>The service works.</summary>
    public static void Watchdog() => Send("WATCHDOG=1");

    private static void Send(string text)
    {
        if (Environment.GetEnvironmentVariable(SocketVariable) is not { Length: > 0 } path
            || UnixSocket.TryConnectDatagram(path, out FdHandle socket) != Errno.Success)
        {
            return;
        }
        using (socket)
        {
            _ = UnixMessage.Send(socket.Number, Encoding.UTF8.GetBytes(text)); // systemd is gone: nothing to tell
        }
    }
}
