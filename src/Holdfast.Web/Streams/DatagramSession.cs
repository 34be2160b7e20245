using System.Text;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Nginx.Upstreams;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Web.Logs;
using Holdfast.Web.Loops;

namespace Holdfast.Web.Streams;

/// <summary>Datagrams of one client, and what a server answers to them. Used again.</summary>
/// <remarks>
/// It ends when each datagram has its <c>proxy_responses</c>, or nothing comes for <c>proxy_timeout</c>. With
/// <c>proxy_requests</c> it takes only so many of its client; the next one begins another session.
/// </remarks>
internal sealed class DatagramSession : ReadyPort
{
    private readonly DatagramPort _port;
    private readonly WebLoop _loop;
    private readonly StreamSubject _subject;
    private readonly StreamChoice _choice;
    private readonly SessionTimer _timer;
    private readonly SocketEndpoint _client = new(IpAddress.V4(0), 0);
    private readonly SocketEndpoint _source = new(IpAddress.V4(0), 0);
    private int _requests;
    private int _responses;
    private bool _isOpen;
    private bool _hasFailed;

    internal DatagramSession(DatagramPort port)
    {
        _port = port;
        _loop = port.Loop;
        _subject = new StreamSubject(_loop, port.Parent.Programs);
        _choice = new StreamChoice(_loop, _subject);
        _timer = new SessionTimer(this);
    }

    /// <summary>What it is known by.</summary>
    internal DatagramKey Key { get; private set; }

    private StreamRoute Route => _subject.Site.Route!;

    /// <summary>Begins with the first datagram of a client.</summary>
    /// <returns>False: it is over already.</returns>
    internal bool Begin(StreamListening listening, DatagramKey key, int localPort, ReadOnlySpan<byte> first)
    {
        Key = key;
        _client.Change(key.Client, key.Port);
        (_requests, _responses, _hasFailed) = (0, 0, false);
        _isOpen = true;
        StreamSite site = listening.Default;
        _subject.Begin(listening, site, isUdp: true, key.Client, key.Port, key.Local, localPort);
        _subject.BytesIn = first.Length;
        int refusal = _subject.Enter();
        if (refusal != 0)
        {
            End(refusal, PeerOutcome.Answered);
            return false;
        }
        _subject.SetVariables();
        if (site.Route is null)
        {
            Answer(site);
            return false;
        }
        _subject.IsProxied = true;
        return Follow(_choice.Begin());
    }

    /// <summary>A datagram of the client.</summary>
    internal void OnClientDatagram(ReadOnlySpan<byte> data)
    {
        _subject.BytesIn += _requests++ > 0 ? data.Length : 0; // the first one is counted
        Errno errno = DatagramSocket.Send(Fd, data);
        if (errno == Errno.ECONNREFUSED)
        {
            _hasFailed = true; // of the datagram before: the socket tells it once
            errno = DatagramSocket.Send(Fd, data);
        }
        if (errno == Errno.Success)
        {
            _subject.Last.BytesSent += data.Length;
        }
        Touch();
        if (Route.Requests > 0 && _requests >= Route.Requests)
        {
            _port.Detach(this);
        }
        _ = EndIfDone();
    }

    /// <inheritdoc/>
    public override bool OnReadable()
    {
        while (_isOpen)
        {
            DatagramBatch batch = _port.Batch;
            Errno errno = batch.Receive(Fd);
            if (errno == Errno.EAGAIN)
            {
                return false;
            }
            if (errno != Errno.Success)
            {
                OnRefused(errno);
                return false;
            }
            int count = batch.Count;
            PassOn(batch);
            if (count < DatagramBatch.CountMax)
            {
                return false; // what comes later is reported anew
            }
        }
        return false;
    }

    private void PassOn(DatagramBatch batch)
    {
        if (_responses == 0)
        {
            _choice.NoteFirstByte();
        }
        int count = batch.Count;
        long bytes = 0;
        for (int i = 0; i < count; i++)
        {
            bytes += batch[i].Length;
        }
        _subject.Last.BytesReceived += bytes;
        int sent = batch.SendTo(_port.Fd, _client, Key.Local, count);
        for (int i = 0; i < sent; i++)
        {
            _subject.BytesSent += batch[i].Length;
        }
        _responses += count;
        Touch();
        _ = EndIfDone();
    }

    /// <summary><c>return</c>; what else there is, is not for datagrams.</summary>
    private void Answer(StreamSite site)
    {
        if (site.Return is { } text)
        {
            ReadOnlySpan<byte> answer = text.Evaluate(_subject.Request);
            if (!answer.IsEmpty && _port.Batch.SendTo(_port.Fd, _client, Key.Local, answer))
            {
                _subject.BytesSent += answer.Length;
            }
        }
        End(StreamStatus.Ok, PeerOutcome.Answered);
    }

    private bool Follow(ChoiceOutcome outcome)
    {
        if (outcome == ChoiceOutcome.Chosen)
        {
            return Connect();
        }
        End(outcome == ChoiceOutcome.NoneLives ? StreamStatus.BadGateway : StreamStatus.Internal,
            PeerOutcome.Answered);
        return false;
    }

    private bool Connect()
    {
        Errno errno = DatagramSocket.Connect(_choice.Place, Source(), out int fd);
        if (errno == Errno.Success)
        {
            Fd = fd;
            errno = _loop.Watch(this);
        }
        if (errno == Errno.Success)
        {
            _choice.NoteConnected();
            NoteConnection();
            Touch();
            return true;
        }
        _subject.Error(ErrorLevel.Error, $"connect() to {Encoding.UTF8.GetString(_subject.Last.Address)} failed "
            + $"({ErrorTexts.Of(errno)})", "connecting to upstream");
        CloseSocket();
        if (!_choice.TryNext())
        {
            End(StreamStatus.BadGateway, PeerOutcome.Answered);
            return false;
        }
        return Follow(_choice.Choose());
    }

    private SocketEndpoint? Source()
    {
        if (Route.Bind is not { } bind
            || !AddressText.TryParse(bind.Evaluate(_subject.Request), out IpAddress own))
        {
            return null;
        }
        _source.Change(own, 0);
        return _source;
    }

    private void NoteConnection()
    {
        if (_subject.Site.Errors.Wants(ErrorLevel.Info)
            && TcpSocket.GetLocal(Fd, out IpAddress own, out int port) == Errno.Success)
        {
            _subject.Write(ErrorLevel.Info, $"udp proxy {StreamSubject.TextOf(own, port)} connected to "
                + Encoding.UTF8.GetString(_subject.Last.Address));
        }
    }

    private void Touch() => _loop.State.Timers.Set(_timer, _loop.Now + Route.Timeout);

    private bool EndIfDone()
    {
        if (!_isOpen || (Route.Requests > 0 && _requests < Route.Requests) || Route.Responses < 0
            || _responses < (long)Route.Responses * _requests)
        {
            return false;
        }
        Note("done");
        End(StreamStatus.Ok, PeerOutcome.Answered);
        return true;
    }

    private void OnTimeout()
    {
        if (Route.Responses < 0 || _responses >= (long)Route.Responses * _requests)
        {
            Note("timed out");
            End(StreamStatus.Ok, PeerOutcome.Answered);
            return;
        }
        _subject.Error(ErrorLevel.Error, $"upstream timed out ({ErrorTexts.Of(Errno.ETIMEDOUT)})",
            "proxying connection");
        End(StreamStatus.BadGateway, PeerOutcome.Failed);
    }

    /// <summary>The host of the server has said that nobody is there: that counts as an answer.</summary>
    private void OnRefused(Errno errno)
    {
        _subject.Error(ErrorLevel.Error, $"recv() failed ({ErrorTexts.Of(errno)})",
            "proxying and reading from upstream");
        _hasFailed = true;
        _responses++;
        _ = EndIfDone();
    }

    private void Note(string what)
    {
        if (_subject.Site.Errors.Wants(ErrorLevel.Info))
        {
            _subject.Write(ErrorLevel.Info, $"udp {what}, packets from/to client:{_requests}/{_responses}, bytes "
                + $"from/to client:{_subject.BytesIn}/{_subject.BytesSent}, bytes from/to "
                + $"upstream:{_subject.Last.BytesReceived}/{_subject.Last.BytesSent}");
        }
    }

    private void End(int status, PeerOutcome outcome)
    {
        _isOpen = false;
        _loop.State.Timers.Remove(_timer);
        CloseSocket();
        if (_subject.IsProxied)
        {
            _choice.Leave(_hasFailed ? PeerOutcome.Failed : outcome, "proxying connection");
        }
        _subject.End(status);
        _port.Return(this);
    }

    private void CloseSocket()
    {
        if (Fd >= 0)
        {
            if (Slot >= 0)
            {
                _loop.Unwatch(this);
            }
            TcpSocket.Close(Fd);
            Fd = -1;
        }
    }

    /// <summary><c>proxy_timeout</c>.</summary>
    private sealed class SessionTimer(DatagramSession session) : TimerEntry
    {
        internal override void OnDue() => session.OnTimeout();
    }
}
