using System.Globalization;
using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;

namespace Holdfast.Runtime.Supervision;

/// <summary>Tells systemd how the service is doing (sd_notify(3)); does nothing without systemd.</summary>
public static class SystemdNotifier
{
    private const string Variable = "NOTIFY_SOCKET";

    /// <summary>The service is up.</summary>
    public static void Ready() => Send("READY=1");

    /// <summary>The service is up, and another process than before is the main one.</summary>
    public static void ReadyAs(int mainPid)
        => Send(string.Create(CultureInfo.InvariantCulture, $"MAINPID={mainPid}\nREADY=1"));

    /// <summary>The service reads its configuration anew; <see cref="Ready"/> follows.</summary>
    public static void Reloading() => Send("RELOADING=1");

    /// <summary>The service ends.</summary>
    public static void Stopping() => Send("STOPPING=1");

    private static void Send(string text)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } path
            || UnixSocket.TryConnectDatagram(path, out FdHandle socket) != Errno.Success)
        {
            return;
        }
        using (socket)
        {
            _ = UnixMessage.Send(socket.Number, Encoding.ASCII.GetBytes(text)); // systemd is gone: nothing to tell
        }
    }
}
