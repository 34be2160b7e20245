using Holdfast.Layer4;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Supervision;

namespace Holdfast.TestChild;

/// <summary>
/// A checks process for tests: it writes what it is told into a file, and crashes when its behaviour says so.
/// </summary>
internal sealed class ChecksChild(ChildChannel channel, string path, string behaviour) : IReadyHandler
{
    private int? _exitCode;
    private bool _continues;
    private bool _isRetired;
    private bool _isSlow;

    /// <param name="wish">The file, and the behaviour after a comma.</param>
    internal static int Run(string wish)
    {
        using var channel = new ChildChannel(new FdHandle(ChildEnvironment.ChannelFd));
        using var loop = new EpollLoop();
        string[] parts = wish.Split(',');
        var child = new ChecksChild(channel, parts[0], parts.Length > 1 ? parts[1] : "");
        loop.Add(channel.Fd, EpollEvents.EPOLLIN, child);
        while (child._exitCode is null)
        {
            loop.RunOnce(child._isRetired || child._isSlow
                ? MonotonicClock.Now + TimeSpan.FromMilliseconds(20) : MonotonicTime.Never);
            child.EndIfRetired();
            child.SayPlaneIfReady();
        }
        return child._exitCode.Value;
    }

    public void OnReady(EpollEvents events)
    {
        Errno errno;
        while (_exitCode is null && (errno = channel.TryReceive(out MessageKind kind)) != Errno.EAGAIN)
        {
            if (errno != Errno.Success)
            {
                Say("alone");
                _exitCode = 0;
                return;
            }
            Handle(kind);
        }
    }

    // Some take their time until a file appears.
    private void SayPlane()
    {
        PlaneWait wait = behaviour switch
        {
            "unattached" or "slow" => PlaneWait.Attachment,
            "planeless" => PlaneWait.Plane,
            _ => PlaneWait.Nothing,
        };
        channel.TrySend(new PlaneMessage(wait));
        _isSlow = behaviour == "slow";
    }

    private void SayPlaneIfReady()
    {
        if (_isSlow && File.Exists(path + ".go"))
        {
            _isSlow = false;
            channel.TrySend(new PlaneMessage(PlaneWait.Nothing));
        }
    }

    private void EndIfRetired()
    {
        if (_isRetired && (behaviour != "lingers" || File.Exists(path + ".go")))
        {
            channel.TrySend(new StoppedMessage(InOrder: true));
            _exitCode = 0;
        }
    }

    private void Handle(MessageKind kind)
    {
        switch (kind)
        {
            case MessageKind.ChecksConfiguration when channel.TryRead(out ChecksConfigurationMessage first):
                _continues = first.Continues;
                bool crashes = behaviour == "crash" || (behaviour == "crash-once" && !first.Continues)
                    || (behaviour == "ill" && !File.Exists(path + ".healed"));
                Say((first.Continues ? "goes on" : "begins") + Number(first.Generation));
                if (crashes)
                {
                    _exitCode = 70;
                    return;
                }
                channel.TrySend(new ReadyMessage(first.Generation, 1));
                SayPlane();
                break;
            case MessageKind.Reload when channel.TryRead(out ReloadMessage reload):
                if (behaviour == "dies" && !_continues)
                {
                    Say("dies");
                    _exitCode = 70;
                    return;
                }
                Say("reloads" + Number(reload.Generation));
                channel.TrySend(new ReloadDoneMessage(reload.Generation, IsApplied: behaviour != "refuses"));
                break;
            case MessageKind.Retire:
                Say("retires");
                _isRetired = true;
                break;
            case MessageKind.Ping when behaviour != "deaf":
                channel.TrySend(new PongMessage(0));
                break;
            case MessageKind.Stop:
                Say("stops");
                channel.TrySend(new StoppedMessage(InOrder: true));
                _exitCode = 0;
                break;
            default:
                break;
        }
    }

    private string Number(uint generation) => behaviour == "dies" ? $" {generation}" : "";

    private void Say(string word) => File.AppendAllText(path, word + "\n");
}
