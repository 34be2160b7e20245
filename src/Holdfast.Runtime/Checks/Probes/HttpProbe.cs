using Holdfast.Config.Keepalived.Model;
using Holdfast.Health.Wire;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.OpenSsl;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Checks.Probes;

/// <summary><c>HTTP_GET</c> and <c>SSL_GET</c>: asks for one URL after another and judges the answers.</summary>
/// <remarks>
/// The body is what comes after the head, as it comes: a chunked body is not joined, as in the original, so that a
/// digest made by genhash holds. An answer ends with its Content-Length or with the connection.
/// </remarks>
internal sealed class HttpProbe : SocketProbe, IDisposable
{
    private const int BodyBytesMax = 4 << 20;

    private readonly HttpPage[] _pages;
    private readonly HttpCheckModel _model;
    private readonly byte[] _buffer;
    private readonly HttpAnswerHead _head = new();
    private readonly Md5Digest _digest = new();
    private byte[] _body = [];
    private int _bodyLength;
    private long _received;
    private int _sent;
    private HttpPage _page;
    private TlsClientSession? _tls;
    private Phase _phase;
    private Errno _errno;

    internal HttpProbe(EpollLoop loop, ProbeTarget target, HttpCheckModel model, HttpPage[] pages,
        TlsClientContext? tlsContext, byte[] buffer)
        : base(loop, target)
    {
        _pages = pages;
        _page = pages[0];
        _model = model;
        TlsContext = tlsContext;
        _buffer = buffer;
    }

    private enum Phase : byte
    {
        Handshake,
        Request,
        Answer,
    }

    /// <summary>Whether it needs a <see cref="TlsContext"/>.</summary>
    internal bool IsTls => _model.IsTls;

    /// <summary>What the next connection trusts and shows; null: it has none.</summary>
    internal TlsClientContext? TlsContext { get; set; }

    /// <summary>Ends a probe under way and frees what its pages hold.</summary>
    public void Dispose()
    {
        Close();
        foreach (HttpPage page in _pages)
        {
            page.Dispose();
        }
    }

    internal override void Start(int step, MonotonicTime now)
    {
        _page = _pages[step];
        if (_page.Problem is not null || (IsTls && TlsContext is null))
        {
            Run.Finish(new ProbeResult(ProbeOutcome.Configuration));
            return;
        }
        _head.Reset();
        _digest.Reset();
        _bodyLength = _sent = 0;
        _received = 0;
        Connect(ProbeTransport.Tcp, now);
    }

    protected override void OnConnected()
    {
        _phase = Phase.Request;
        if (TlsContext is not null)
        {
            string? host = _page.Model.VirtualHost;
            _tls = new TlsClientSession(TlsContext, Fd, _model.EnableSni ? _model.SniName ?? host : null,
                _model.SniName ?? host);
            _phase = Phase.Handshake;
        }
        OnReadable(EpollEvents.EPOLLOUT);
    }

    protected override void OnReadable(EpollEvents events)
    {
        while (Fd >= 0 && Advance())
        {
        }
    }

    protected override void Close()
    {
        _tls?.Dispose();
        _tls = null;
        base.Close();
    }

    /// <summary>One step; false when it has to wait or the probe has ended.</summary>
    private bool Advance() => _phase switch
    {
        Phase.Handshake => Go(_tls!.Handshake(), Phase.Request),
        Phase.Request => SendRequest(),
        _ => ReceiveAnswer(),
    };

    private bool SendRequest()
    {
        ReadOnlySpan<byte> left = _page.Request.AsSpan(_sent);
        TlsStatus status = _tls is not null ? _tls.Write(left, out int count)
            : FromErrno(ProbeSocket.Send(Fd, left, out count), TlsStatus.WantWrite);
        _sent += count;
        return Go(status, _sent == _page.Request.Length ? Phase.Answer : Phase.Request);
    }

    private bool ReceiveAnswer()
    {
        TlsStatus status;
        int count;
        if (_tls is not null)
        {
            status = _tls.Read(_buffer, out count);
        }
        else
        {
            status = FromErrno(ProbeSocket.Receive(Fd, _buffer, out count), TlsStatus.WantRead);
            status = status == TlsStatus.Done && count == 0 ? TlsStatus.Closed : status;
        }
        if (status == TlsStatus.Closed || (status == TlsStatus.Truncated && !_page.Model.TlsCompliant))
        {
            End(_head.IsComplete && (_head.ContentLength < 0 || _received >= _head.ContentLength)
                ? Judge() : new ProbeResult(ProbeOutcome.Closed));
            return false;
        }
        if (!Go(status, Phase.Answer))
        {
            return false;
        }
        Feed(_buffer.AsSpan(0, count));
        return Fd >= 0;
    }

    private void Feed(ReadOnlySpan<byte> data)
    {
        if (!_head.IsComplete)
        {
            data = data[_head.Read(data)..];
            if (_head.IsInvalid)
            {
                End(new ProbeResult(ProbeOutcome.Protocol));
                return;
            }
        }
        if (!_head.IsComplete)
        {
            return;
        }
        if (_head.ContentLength >= 0 && data.Length > _head.ContentLength - _received)
        {
            data = data[..(int)(_head.ContentLength - _received)];
        }
        _received += data.Length;
        if (_page.NeedsDigest)
        {
            _digest.Append(data);
        }
        if (_page.NeedsBody)
        {
            Keep(data);
        }
        if (_head.ContentLength >= 0 && _received >= _head.ContentLength)
        {
            End(Judge());
        }
    }

    private void Keep(ReadOnlySpan<byte> data)
    {
        data = data[..Math.Min(data.Length, BodyBytesMax - _bodyLength)];
        if (_body.Length < _bodyLength + data.Length)
        {
            Array.Resize(ref _body, Math.Max(_bodyLength + data.Length, _body.Length * 2));
        }
        data.CopyTo(_body.AsSpan(_bodyLength));
        _bodyLength += data.Length;
    }

    private ProbeResult Judge()
    {
        Span<byte> digest = stackalloc byte[Md5Digest.SizeBytes];
        if (_page.NeedsDigest)
        {
            _digest.Finish(digest);
        }
        return _page.Judge(_head.Status, digest, _body.AsSpan(0, _bodyLength));
    }

    private bool Go(TlsStatus status, Phase next)
    {
        switch (status)
        {
            case TlsStatus.Done:
                _phase = next;
                return true;
            case TlsStatus.WantRead:
                Watch(EpollEvents.EPOLLIN);
                return false;
            case TlsStatus.WantWrite:
                Watch(EpollEvents.EPOLLOUT);
                return false;
            case TlsStatus.Closed or TlsStatus.Truncated:
                End(new ProbeResult(ProbeOutcome.Closed));
                return false;
            default:
                End(Failure());
                return false;
        }
    }

    private ProbeResult Failure()
    {
        if (_tls is null)
        {
            return ProbeResult.Of(_errno);
        }
        int code = _tls.VerificationCode;
        return _tls.Verifies && code != 0 ? new ProbeResult(ProbeOutcome.Certificate, code)
            : new ProbeResult(ProbeOutcome.TlsHandshake, _tls.Reason);
    }

    private TlsStatus FromErrno(Errno errno, TlsStatus wait)
    {
        _errno = errno;
        return errno switch
        {
            Errno.Success => TlsStatus.Done,
            Errno.EAGAIN or Errno.EINTR => wait,
            _ => TlsStatus.Failed,
        };
    }
}
