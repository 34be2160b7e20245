using Holdfast.Balancing.Tables;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Samples;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Programs;

namespace Holdfast.Proxy.Tcp;

/// <summary>How a session ends, and its line in the log.</summary>
internal sealed partial class TcpSession<TTransport>
{
    private const int InfoLevel = 6;
    private const int ErrorLevel = 3;
    private const int SilentLevel = 8;
    private const byte Nothing = (byte)'-';

    private byte _cause;
    private byte _moment;
    private bool _isLogged;

    /// <summary>Whether it ends: what is logged then sees the server's connection for the last time.</summary>
    private bool _isOver;
    private long _bytesOut;

    private void ForgetEnd()
    {
        _cause = _moment = Nothing;
        _isLogged = _isOver = false;
        _bytesOut = 0;
    }

    /// <summary>Who or what has ended the session (section 8.5 of the manual); the first one counts.</summary>
    private void Blame(char cause)
    {
        if (_cause != Nothing)
        {
            return;
        }
        _cause = (byte)cause;
        _moment = (byte)(_phase switch
        {
            SessionPhase.FrontendRules or SessionPhase.BackendRules => 'R',
            SessionPhase.Queue => 'Q',
            SessionPhase.Turnaround or SessionPhase.Connecting => 'C',
            SessionPhase.Relaying when _serverEnded && _clientEnded => 'L',
            _ => 'D',
        });
        if (cause is 'C' or 'c')
        {
            CountAborts(TrafficCounter.ClientAborts);
        }
        else if (_isRelaying && cause is 'S' or 's')
        {
            CountAborts(TrafficCounter.ServerAborts);
        }
    }

    private void CountAborts(TrafficCounter counter)
    {
        _frontend.Totalled.Add(counter);
        if (_isInBackend)
        {
            _backend.Counters.Add(counter);
        }
        if (_lastServer is { } server)
        {
            _backend.CountersOf(server).Add(counter);
        }
    }

    /// <summary>There is no server for this client.</summary>
    private void Refuse()
    {
        CountersOf(_frontend).RefusedCount++;
        End(isReset: false);
    }

    private void End(bool isReset)
    {
        _timer.Stop();
        LeaveQueue();
        _isOver = true;
        _bytesOut = _server?.ReceivedBytes ?? _bytesOut;
        Count();
        LeaveBackend();
        if (_subject is { } subject)
        {
            subject.ForgetHead();
            Log(subject.Context, isEarly: false);
            subject.Stick.Record(StickEvent.BytesIn, _client!.ReceivedBytes);
            subject.Stick.Record(StickEvent.BytesOut, _bytesOut);
            subject.Stores.Clear();
            _frontend.Subjects.Return(subject);
            _subject = null;
        }
        CloseServer(isReset);
        ReleaseServer();
        _phase = SessionPhase.Ended;
        _fromClient.Clear(_pool);
        _fromServer.Clear(_pool);
        _loop.Transport.Close(_client!, isReset);
        _client = null;
        Listener listener = _listener!;
        _listener = null;
        _frontend.Recycle(this, listener);
    }

    private void Count()
    {
        ref TcpCounters counters = ref CountersOf(_frontend);
        counters.BytesIn += _client!.ReceivedBytes;
        counters.BytesOut += _bytesOut;
        _frontend.Totalled.Add(TrafficCounter.BytesIn, _client.ReceivedBytes);
        _frontend.Totalled.Add(TrafficCounter.BytesOut, _bytesOut);
        if (_lastServer is not { } server)
        {
            return;
        }
        CounterBlock own = _backend.CountersOf(server);
        own.Add(TrafficCounter.BytesIn, _client.ReceivedBytes);
        own.Add(TrafficCounter.BytesOut, _bytesOut);
        if (_times.Connected >= 0)
        {
            CountTimes(own);
            CountTimes(_backend.Counters);
        }
    }

    private void CountTimes(CounterBlock counters)
    {
        counters.QueueTime.Add(_times.Queued - _times.Begun);
        counters.ConnectTime.Add(_times.Connected - _times.Queued);
        counters.TotalTime.Add(_loop.State.Now - _times.Begun);
    }

    /// <summary>With <c>option logasap</c> the line is written as soon as the server is there.</summary>
    private void LogEarly()
    {
        if (_subject is not { } subject)
        {
            return;
        }
        NoteServerEnds(subject.Context);
        if (_frontend.Program.Has(ProxyOptions.LogAsap))
        {
            Log(subject.Context, isEarly: true);
        }
    }

    private void Log(RequestContext context, bool isEarly)
    {
        FrontendProgram program = _frontend.Program;
        if (program.LogFormat is not { } format || _frontend.Log is not { } log || _isLogged
            || (program.Has(ProxyOptions.DontLogNull) && _client!.ReceivedBytes == 0 && !isEarly))
        {
            return;
        }
        // Whether it counts as an error: retries that have helped are worth a line, too.
        bool isError = _isRedispatched || _cause is not (Nothing or (byte)'L') || _retries > 0;
        if ((!isError && program.Has(ProxyOptions.DontLogNormal)) || context.Log.Level == SilentLevel)
        {
            return;
        }
        _isLogged = true;
        Fill(context, isEarly);
        context.Log.LogCounter = _frontend.NextLogNumber();
        int level = context.Log.Level >= 0 ? context.Log.Level
            : isError && program.Has(ProxyOptions.LogSeparateErrors) ? ErrorLevel : InfoLevel;
        log.Send(level, isError && program.ErrorLogFormat is { } own ? own : format, context);
    }

    private void Fill(RequestContext context, bool isEarly)
    {
        LogFacts facts = context.Log;
        long now = _loop.State.Now;
        _frontend.Subjects.SetTime(context);
        facts.Wait = _times.Queued >= 0 ? _times.Queued - _times.Begun : -1;
        facts.Connect = _times.Connected >= 0 ? _times.Connected - _times.Queued : -1;
        facts.Answer = -1;
        facts.Data = _times.Connected >= 0 ? now - _times.Connected : -1;
        facts.Handshake = _times.Begun - _client!.OpenedAt;
        facts.Active = facts.User = now - _times.Begun;
        facts.Total = facts.Active + facts.Handshake;
        facts.IsEarly = isEarly;
        facts.BytesRead = _server?.ReceivedBytes ?? _bytesOut;
        facts.BytesUploaded = _client.ReceivedBytes;
        facts.Termination[0] = _cause;
        facts.Termination[1] = _moment;
        facts.ActiveConnections = _frontend.Backends.State.Whole.Count;
        facts.FrontendConnections = _frontend.Whole.Limit.Count;
        facts.BackendConnections = _backend.Backend.Counters[TrafficCounter.Current];
        // The session's own slot, which nobody else has got yet, is no connection any more.
        facts.ServerConnections = Math.Max(0, (_lastServer?.Balanced.Served ?? 0)
            - (_chosen is not null && (_isOver || _server is null) ? 1 : 0));
        facts.Retries = _retries;
        facts.IsRedispatched = _isRedispatched;
        facts.ServerQueue = _serverQueue;
        facts.BackendQueue = _backendQueue;
        facts.RequestTime = facts.AcceptTime;
        context.ChosenServer = _lastServer?.Identity;
    }
}
