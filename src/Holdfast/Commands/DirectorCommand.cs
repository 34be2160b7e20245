using System.CommandLine;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Commands;

/// <summary>
/// <c>holdfast director</c>: keeps the xdp plane that ipvsadm has set up where no daemon runs; hidden, because ipvsadm
/// starts it.
/// </summary>
internal static class DirectorCommand
{
    private const string Name = "holdfast-director";
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_emptyMax = TimeSpan.FromSeconds(5);

    internal static Command Create()
    {
        var command = new Command("director", "Keep the virtual servers of ipvsadm on a kernel without IPVS");
        command.Hidden = true;
        command.SetAction(static _ => Run());
        return command;
    }

    private static int Run()
    {
        Errno errno = Daemon.EnsureSignalsAreBlocked(Environment.GetCommandLineArgs());
        using var log = new Log(new LogOptions { Identity = Name }, TimeProvider.System);
        string? problem = errno == Errno.Success ? null : $"signals cannot be blocked: {errno}";
        XdpDirector? director = null;
        if (problem is null && PinDirectories.Find() is { } directory)
        {
            errno = XdpDirector.TryLoad(new() { PinDirectory = directory }, out director, out problem);
        }
        if (director is null)
        {
            log.Error($"The director cannot be loaded: {problem ?? errno.ToString()}");
            return 1;
        }
        OwnProcess.SetName(Name);
        using (director)
        {
            using (var thread = new DirectorThread(director))
            {
                Keep(director, thread, log);
            }
            if (director.RemoveIfUnused())
            {
                log.Info("The last virtual service has gone, and the director with it");
            }
        }
        return 0;
    }

    // Until it is told to end, another process keeps the director, or there has been no service for a while.
    private static void Keep(XdpDirector director, DirectorThread thread, Log log)
    {
        using var signals = new SignalFd(SignalSet.Of(Signal.SIGTERM, Signal.SIGINT));
        using var loop = new EpollLoop();
        var end = new Ending(signals);
        loop.Add(signals.Fd, EpollEvents.EPOLLIN, end);
        MonotonicTime emptySince = MonotonicTime.Never;
        string? told = null;
        while (!end.IsAsked && thread.IsLeading != false)
        {
            MonotonicTime now = MonotonicClock.Now;
            emptySince = director.Client.IsEmpty ? MonotonicTime.Min(emptySince, now) : MonotonicTime.Never;
            if (!emptySince.IsNever && now - emptySince > s_emptyMax)
            {
                return;
            }
            string? trouble = thread.Problem ?? (thread.Failures.Length > 0 ? thread.Failures : null);
            if (trouble is not null && trouble != told)
            {
                log.Error($"The director does not work everywhere: {trouble}");
            }
            told = trouble;
            _ = loop.RunOnce(now + s_pause);
        }
    }

    private sealed class Ending(SignalFd signals) : IReadyHandler
    {
        internal bool IsAsked { get; private set; }

        public void OnReady(EpollEvents events) => IsAsked |= signals.TryRead(out _);
    }
}
