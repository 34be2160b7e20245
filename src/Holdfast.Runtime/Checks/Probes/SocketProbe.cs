using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Checks.Probes;

/// <summary>A probe over one connected socket.</summary>
/// <param name="loop">Where it waits.</param>
/// <param name="target">Where it connects to.</param>
/// <remarks>Its time limit goes from the start of connecting to the end of the probe.</remarks>
internal abstract class SocketProbe(EpollLoop loop, ProbeTarget target) : Probe, IReadyHandler
{
    private int _fd = -1;
    private bool _isConnecting;
    private bool _isWatched;
    private EpollEvents _events;

    /// <summary>The socket; −1 when there is none.</summary>
    protected int Fd => _fd;

    /// <summary>Where it connects to.</summary>
    protected ProbeTarget Target => target;

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        if (_isConnecting)
        {
            Errno errno = ProbeSocket.TakeError(_fd);
            if (errno != Errno.Success)
            {
                End(Judge(errno));
                return;
            }
            _isConnecting = false;
            OnConnected();
            return;
        }
        OnReadable(events);
    }

    internal override void OnLimit(MonotonicTime now) => End(OnTimeout());

    internal override void Cancel() => Close();

    /// <summary>Opens and connects; goes on with <see cref="OnConnected"/>, at once or later.</summary>
    protected void Connect(ProbeTransport transport, MonotonicTime now)
    {
        Errno errno = ProbeSocket.Connect(transport, target, out _fd);
        if (errno == Errno.EINPROGRESS)
        {
            _isConnecting = true;
            Watch(EpollEvents.EPOLLOUT);
            Run.SetLimit(now + Timeout);
        }
        else if (errno == Errno.Success)
        {
            Run.SetLimit(now + Timeout);
            OnConnected();
        }
        else
        {
            Run.Finish(Judge(errno));
        }
    }

    /// <summary>
    /// Where the kernel chooses the source, it finds an IPv4 address or says "unreachable": EADDRNOTAVAIL means that
    /// no port is left, which is our own want. In IPv6 it may also be that there is no address.
    /// </summary>
    private ProbeResult Judge(Errno errno)
        => errno == Errno.EADDRNOTAVAIL && target.BindAddress.IsNone && target.Address.IsV4
            ? new ProbeResult(ProbeOutcome.Inconclusive, (int)errno) : ProbeResult.Of(errno);

    /// <summary>The socket is connected.</summary>
    protected abstract void OnConnected();

    /// <summary>Something that is waited for has happened.</summary>
    protected virtual void OnReadable(EpollEvents events)
    {
    }

    /// <summary>What it means that the time is over.</summary>
    protected virtual ProbeResult OnTimeout() => new(ProbeOutcome.Timeout);

    /// <summary>Waits for these events from now on.</summary>
    protected void Watch(EpollEvents events)
    {
        if (!_isWatched)
        {
            loop.Add(_fd, events, this);
            _isWatched = true;
        }
        else if (events != _events)
        {
            loop.Modify(_fd, events);
        }
        _events = events;
    }

    /// <summary>Closes the socket and ends the probe.</summary>
    protected void End(ProbeResult result)
    {
        Close();
        Run.Finish(result);
    }

    /// <summary>Closes the socket.</summary>
    protected virtual void Close()
    {
        if (_fd < 0)
        {
            return;
        }
        if (_isWatched)
        {
            loop.Remove(_fd);
        }
        ProbeSocket.Close(_fd);
        _fd = -1;
        _isConnecting = _isWatched = false;
    }
}
