using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Scripts;
using Holdfast.Runtime.Supervision;

namespace Holdfast.TestChild;

/// <summary>A VRRP process for tests: it says what it is told, and behaves badly when TEST_CHILD asks for it.</summary>
internal static class Program
{
    private static int Main()
    {
        string[] all = Environment.GetCommandLineArgs();
        if (all is [_, "scripts", var path])
        {
            return RunScriptService(path);
        }
        if (Environment.GetEnvironmentVariable(ChildEnvironment.RoleVariable) == ChildEnvironment.ChecksRole)
        {
            return ChecksChild.Run(Environment.GetEnvironmentVariable("TEST_CHECKS") ?? "");
        }
        if (Environment.GetEnvironmentVariable(ChildEnvironment.RoleVariable) != ChildEnvironment.VrrpRole)
        {
            return Launcher.Run(all.AsSpan(1), ChildEnvironment.Own());
        }
        using var channel = new ChildChannel(new FdHandle(ChildEnvironment.ChannelFd));
        using var loop = new EpollLoop();
        var child = new Child(channel, Environment.GetEnvironmentVariable("TEST_CHILD") ?? "");
        loop.Add(channel.Fd, EpollEvents.EPOLLIN, child);
        while (!child.IsDone)
        {
            loop.RunOnce(MonotonicTime.Never);
        }
        return child.ExitCode;
    }

    private static int RunScriptService(string path)
    {
        Errno errno = UnixSocket.TryListenForMessages(path, 0x180, 16, out FdHandle listener); // mode 0600
        if (errno != Errno.Success)
        {
            return 1;
        }
        var options = new LogOptions { Identity = "test", Syslog = false };
        using var log = new Log(options, TimeProvider.System);
        using var service = new ScriptService(listener, SpawnRequest.OwnProgram, log);
        service.Run();
        return 0;
    }

    private sealed class Child(ChildChannel channel, string behaviour) : IReadyHandler
    {
        private InstanceState _state;

        public bool IsDone { get; private set; }

        public int ExitCode { get; private set; }

        public void OnReady(EpollEvents events)
        {
            Errno errno;
            while (!IsDone && (errno = channel.TryReceive(out MessageKind kind)) != Errno.EAGAIN)
            {
                if (errno != Errno.Success)
                {
                    IsDone = true;
                    return;
                }
                Handle(kind);
            }
        }

        private void Handle(MessageKind kind)
        {
            switch (kind)
            {
                case MessageKind.Configuration when channel.TryRead(out ConfigurationMessage configuration):
                    Configure(configuration);
                    break;
                case MessageKind.TrackerChanged when channel.TryRead(out TrackerChangedMessage tracker):
                    Move(tracker.IsUp ? InstanceState.Active : InstanceState.Fault);
                    break;
                case MessageKind.Reload when channel.TryRead(out ReloadMessage reload):
                    channel.TrySend(new ReloadDoneMessage(reload.Generation, IsApplied: true));
                    break;
                case MessageKind.StatusRequest when channel.TryRead(out StatusRequestMessage status):
                    byte[] json = "{\"instances\":[]}"u8.ToArray();
                    SealedMemory.TryCreate("status", json, out FdHandle memory);
                    channel.TrySend(new StatusReplyMessage(status.Id, json.Length), memory.Number);
                    memory.Dispose();
                    break;
                case MessageKind.Stop when behaviour != "deaf":
                    Move(InstanceState.Stopped);
                    channel.TrySend(new StoppedMessage(InOrder: true));
                    IsDone = true;
                    break;
                default:
                    break;
            }
        }

        private void Configure(ConfigurationMessage configuration)
        {
            if (behaviour == "crash" || (behaviour == "crash-once" && configuration.Restarts == 0))
            {
                IsDone = true;
                ExitCode = 70;
                return;
            }
            if (behaviour == "permanent")
            {
                IsDone = true;
                ExitCode = 2;
                return;
            }
            channel.TrySend(new ReadyMessage(configuration.Generation, 1));
            Move(InstanceState.Backup);
        }

        private void Move(InstanceState to)
        {
            channel.TrySend(new InstanceStateChangedMessage(0, _state, to, new Priority(100), 0, IpAddress.None));
            _state = to;
        }
    }
}
