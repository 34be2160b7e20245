using System.CommandLine;
using System.Globalization;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Scripts;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Commands;

/// <summary>
/// <c>holdfast scripts</c>: the service that starts scripts for a daemon in a sandbox; hidden, because it is a unit's.
/// </summary>
internal static class ScriptsCommand
{
    private const int FirstPassedFd = 3; // sd_listen_fds(3)
    private const uint OwnerOnly = 0x180; // 0600
    private const int Backlog = 128;

    internal static Command Create()
    {
        var path = new Option<string?>("--socket") { Description = "Listen here; otherwise where systemd listens" };
        var command = new Command("scripts", "Start scripts for a daemon in a sandbox") { path };
        command.Hidden = true;
        command.SetAction(result => Run(result.GetValue(path)));
        return command;
    }

    private static int Run(string? path)
    {
        Errno errno = Daemon.EnsureSignalsAreBlocked(Environment.GetCommandLineArgs());
        FdHandle listener = FdHandle.None;
        if (errno == Errno.Success)
        {
            errno = path is not null ? UnixSocket.TryListenForMessages(path, OwnerOnly, Backlog, out listener)
                : TryTakePassed(out listener);
        }
        if (errno != Errno.Success)
        {
            Console.Error.WriteLine($"holdfast scripts: no socket to listen on: {errno}");
            return 1;
        }
        OwnProcess.SetName("holdfast-scripts");
        using var log = new Log(new LogOptions { Identity = "holdfast-scripts" }, TimeProvider.System);
        using var service = new ScriptService(listener, SpawnRequest.OwnProgram, log);
        SystemdNotifier.Ready("Ready to run scripts");
        service.Run();
        return 0;
    }

    private static Errno TryTakePassed(out FdHandle listener)
    {
        string own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        bool passed = Environment.GetEnvironmentVariable("LISTEN_PID") == own
            && Environment.GetEnvironmentVariable("LISTEN_FDS") == "1";
        listener = passed ? new FdHandle(FirstPassedFd) : FdHandle.None;
        return passed ? Errno.Success : Errno.EBADF;
    }
}
