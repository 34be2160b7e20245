using System.Text;
using Holdfast.Health.Wire;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Checks.Probes;

/// <summary><c>SMTP_CHECK</c>: 220, HELO, 250, QUIT, 221.</summary>
internal sealed class SmtpProbe(
    EpollLoop loop, ProbeTarget target, string heloName, byte[] buffer)
    : SocketProbe(loop, target)
{
    private static readonly int[] s_codes = [220, 250, 221];

    private readonly byte[][] _commands = [Encoding.UTF8.GetBytes($"HELO {heloName}\r\n"), "QUIT\r\n"u8.ToArray()];
    private readonly SmtpReplyReader _reader = new();
    private int _replies;

    internal override void Start(int step, MonotonicTime now)
    {
        _reader.Reset();
        _replies = 0;
        Connect(ProbeTransport.Tcp, now);
    }

    protected override void OnConnected() => Watch(EpollEvents.EPOLLIN);

    protected override void OnReadable(EpollEvents events)
    {
        Errno errno = ProbeSocket.Receive(Fd, buffer, out int count);
        if (errno is Errno.EAGAIN or Errno.EINTR)
        {
            return;
        }
        if (errno != Errno.Success || count == 0)
        {
            End(errno == Errno.Success ? new ProbeResult(ProbeOutcome.Closed) : ProbeResult.Of(errno));
            return;
        }
        ReadOnlySpan<byte> data = buffer.AsSpan(0, count);
        while (!data.IsEmpty && Fd >= 0)
        {
            data = data[_reader.Read(data, out int code)..];
            if (_reader.IsInvalid)
            {
                End(new ProbeResult(ProbeOutcome.Protocol));
            }
            else if (code != 0)
            {
                OnReply(code);
            }
        }
    }

    private void OnReply(int code)
    {
        if (code != s_codes[_replies])
        {
            End(new ProbeResult(ProbeOutcome.SmtpCode, code));
            return;
        }
        if (++_replies == s_codes.Length)
        {
            End(ProbeResult.Success);
            return;
        }
        // A command of some bytes always fits the empty buffer of a new connection.
        Errno errno = ProbeSocket.Send(Fd, _commands[_replies - 1], out _);
        if (errno != Errno.Success)
        {
            End(ProbeResult.Of(errno));
        }
    }
}
