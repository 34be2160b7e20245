using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;

namespace Holdfast.Runtime.Checks.Probes;

/// <summary>A probe that sends one datagram and waits for another.</summary>
internal abstract class DatagramProbe(EpollLoop loop, ProbeTarget target, byte[] buffer)
    : SocketProbe(loop, target)
{
    protected override void OnConnected()
    {
        Errno errno = ProbeSocket.Send(Fd, Message(), out _);
        if (errno != Errno.Success)
        {
            End(ProbeResult.Of(errno));
            return;
        }
        Watch(EpollEvents.EPOLLIN);
    }

    protected override void OnReadable(EpollEvents events)
    {
        // What is not an answer to us may come before what is.
        while (Fd >= 0)
        {
            Errno errno = ProbeSocket.Receive(Fd, buffer, out int count);
            if (errno is Errno.EAGAIN or Errno.EINTR)
            {
                return;
            }
            if (errno != Errno.Success)
            {
                End(ProbeResult.Of(errno));
            }
            else if (Judge(buffer.AsSpan(0, count)) is { } result)
            {
                End(result);
            }
        }
    }

    /// <summary>What is sent.</summary>
    protected abstract ReadOnlySpan<byte> Message();

    /// <summary>What a received datagram means; null when it is none of ours.</summary>
    protected abstract ProbeResult? Judge(ReadOnlySpan<byte> datagram);
}
