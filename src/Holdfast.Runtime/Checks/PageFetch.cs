using System.Text;
using Holdfast.Health.Wire;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.OpenSsl;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Checks;

/// <summary>What is fetched once, for its digest.</summary>
/// <param name="Target">Where.</param>
/// <param name="Request">The whole request.</param>
/// <param name="IsTls">Whether over TLS; the certificate is not verified.</param>
/// <param name="ServerName">Name sent in the TLS handshake; null: none.</param>
/// <param name="Timeout">Time limit of the whole.</param>
public sealed record PageRequest(ProbeTarget Target, string Request, bool IsTls, string? ServerName, TimeSpan Timeout);

/// <summary>A page that was fetched.</summary>
/// <param name="IsConnected">Whether there was a connection.</param>
/// <param name="Head">The head of the answer, with its empty line.</param>
/// <param name="Body">The body, in the pieces in which it came.</param>
/// <param name="Digest">MD5 of the body; empty when there was no whole head.</param>
/// <param name="Took">How long it took.</param>
public sealed record FetchedPage(
    bool IsConnected, IReadOnlyList<byte> Head, IReadOnlyList<byte[]> Body, IReadOnlyList<byte> Digest, TimeSpan Took);

/// <summary>Fetches one page the way an HTTP check does, keeping what a check throws away (genhash).</summary>
public sealed class PageFetch : IReadyHandler
{
    private const int BufferSize = 4096;

    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly HttpAnswerHead _reader = new();
    private readonly Md5Digest _md5 = new();
    private readonly List<byte> _head = [];
    private readonly List<byte[]> _body = [];
    private long _length;

    private PageFetch()
    {
    }

    /// <summary>Fetches a page; returns at the latest when its time is over.</summary>
    public static FetchedPage Run(PageRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        MonotonicTime start = MonotonicClock.Now;
        MonotonicTime end = start + request.Timeout;
        var fetch = new PageFetch();
        using var loop = new EpollLoop();
        bool isConnected = false;
        Errno errno = ProbeSocket.Connect(ProbeTransport.Tcp, request.Target, out int fd);
        if (fd >= 0)
        {
            loop.Add(fd, EpollEvents.EPOLLOUT, fetch);
            if (errno == Errno.EINPROGRESS)
            {
                loop.RunOnce(end);
                errno = ProbeSocket.TakeError(fd);
            }
            isConnected = errno == Errno.Success && MonotonicClock.Now < end;
            if (isConnected)
            {
                fetch.Exchange(loop, fd, request, end);
            }
            loop.Remove(fd);
            ProbeSocket.Close(fd);
        }
        byte[] digest = new byte[Md5Digest.SizeBytes];
        fetch._md5.Finish(digest);
        return new FetchedPage(isConnected, fetch._head, fetch._body, fetch._reader.IsComplete ? digest : [],
            MonotonicClock.Now - start);
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        // The loop only waits; whoever runs it goes on.
    }

    private void Exchange(EpollLoop loop, int fd, PageRequest request, MonotonicTime end)
    {
        using TlsClientContext? context = request.IsTls
            ? TlsClientContext.TryCreate(new TlsClientOptions(null, null, null, null), out _) : null;
        using TlsClientSession? tls = context is null ? null
            : new TlsClientSession(context, fd, request.ServerName, null);
        ReadOnlySpan<byte> left = Encoding.UTF8.GetBytes(request.Request);
        bool isShaken = tls is null;
        while (MonotonicClock.Now < end && !IsWhole)
        {
            TlsStatus status;
            if (!isShaken)
            {
                status = tls!.Handshake();
                isShaken = status == TlsStatus.Done;
            }
            else if (!left.IsEmpty)
            {
                status = tls is not null ? tls.Write(left, out int sent)
                    : StatusOf(ProbeSocket.Send(fd, left, out sent), TlsStatus.WantWrite, isEnd: false);
                left = left[sent..];
            }
            else
            {
                status = Receive(fd, tls);
            }
            if (status is not (TlsStatus.Done or TlsStatus.WantRead or TlsStatus.WantWrite))
            {
                return;
            }
            if (status != TlsStatus.Done)
            {
                loop.Modify(fd, status == TlsStatus.WantRead ? EpollEvents.EPOLLIN : EpollEvents.EPOLLOUT);
                loop.RunOnce(end);
            }
        }
    }

    private bool IsWhole => _reader.IsInvalid
        || (_reader.IsComplete && _reader.ContentLength >= 0 && _length >= _reader.ContentLength);

    private TlsStatus Receive(int fd, TlsClientSession? tls)
    {
        int count;
        TlsStatus status = tls is not null ? tls.Read(_buffer, out count)
            : StatusOf(ProbeSocket.Receive(fd, _buffer, out count), TlsStatus.WantRead, isEnd: count == 0);
        ReadOnlySpan<byte> data = _buffer.AsSpan(0, count);
        if (!_reader.IsComplete)
        {
            int used = _reader.Read(data);
            _head.AddRange(data[..used]);
            data = data[used..];
        }
        if (_reader.IsComplete && !data.IsEmpty)
        {
            data = _reader.ContentLength < 0 ? data
                : data[..(int)Math.Min(data.Length, _reader.ContentLength - _length)];
            _length += data.Length;
            _md5.Append(data);
            _body.Add(data.ToArray());
        }
        return status;
    }

    private static TlsStatus StatusOf(Errno errno, TlsStatus wait, bool isEnd) => errno switch
    {
        Errno.Success => isEnd ? TlsStatus.Closed : TlsStatus.Done,
        Errno.EAGAIN or Errno.EINTR => wait,
        _ => TlsStatus.Failed,
    };
}
