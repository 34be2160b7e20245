using Holdfast.Balancing.Tables;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Samples;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Running;
using Holdfast.Proxy.Upstreams;
using ProxyOptions = Holdfast.Config.HAProxy.Model.ProxyOptions;

namespace Holdfast.Proxy.Http;

/// <summary>The end of an exchange: counters, and its line in the log.</summary>
internal sealed partial class HttpSession<TTransport>
{
    private const int Info = 6;
    private const int Error = 3;

    /// <summary>Counts and logs the present exchange, and gives it back. Nothing happens without one.</summary>
    private void EndExchange()
    {
        CloseExchange();
        GiveBackExchange();
    }

    /// <summary>Counts and logs the present exchange, once.</summary>
    private void CloseExchange()
    {
        if (_exchange is not { } exchange || exchange.Times.IsClosed)
        {
            return;
        }
        exchange.Times.IsClosed = true;
        if (_coding is not null)
        {
            EndCoding();
        }
        _given = null;
        _isTakenOver = false;
        LeaveBackend(exchange);
        if (exchange.Times.Status > 0 || exchange.Request.HeadLength > 0)
        {
            _frontend.Counters.AddStatus(exchange.Times.Status);
        }
        if (!exchange.Times.IsLogged)
        {
            Log(exchange, isEarly: false);
        }
        if (exchange.Subject is { } subject)
        {
            StickCounters stick = Stick(subject);
            stick.Record(StickEvent.BytesIn, exchange.Times.BytesIn);
            stick.Record(StickEvent.BytesOut, exchange.Times.BytesOut);
            stick.Release(isEnd: false);
        }
        _idleFrom = _loop.State.Now;
    }

    private void GiveBackExchange()
    {
        if (_exchange is not { } exchange)
        {
            return;
        }
        _exchange = null;
        if (_frontend.Program.KeepsContext && _shared is null && _client is not null)
        {
            _kept = exchange;
            exchange.Reset();
        }
        else
        {
            _frontend.Return(exchange);
        }
    }

    private void Log(HttpExchange exchange, bool isEarly)
    {
        FrontendProgram program = _frontend.Program;
        if (program.LogFormat is not { } format || _frontend.Log is not { } log
            || exchange.Subject is not { } subject)
        {
            return;
        }
        Termination end = exchange.End;
        bool isError = exchange.Times.Status >= 500 || end.Cause is not (Termination.Dash or (byte)'L')
            || exchange.Times.IsRedispatched || (end.Cause == Termination.Dash && exchange.Times.Retries > 0);
        bool isNull = exchange.Request.HeadLength == 0 && exchange.Times.BytesIn == 0 && !_fromClient.HasBytes;
        if ((!isError && program.Has(ProxyOptions.DontLogNormal))
            || (isNull && program.Has(ProxyOptions.DontLogNull))
            || subject.Log.Level == LogLevelSilent)
        {
            return;
        }
        Fill(exchange, subject, isEarly);
        subject.Log.LogCounter = _frontend.NextLogNumber();
        int level = subject.Log.Level >= 0 ? subject.Log.Level
            : isError && program.Has(ProxyOptions.LogSeparateErrors) ? Error : Info;
        // Where there was no request, the line is that of a connection that has failed.
        CompiledLogFormat used = subject.Log.IsBadRequest ? program.ErrorLogFormat ?? format : format;
        log.Send(level, used, subject, program.LogFormatStructured);
    }

    private const int LogLevelSilent = 8;

    private void Fill(HttpExchange exchange, RequestContext subject, bool isEarly)
    {
        LogFacts facts = subject.Log;
        ref ExchangeTimes times = ref exchange.Times;
        long now = _loop.State.Now;
        long first = times.First;
        facts.Idle = Math.Max(0, first - _idleFrom);
        facts.RequestTime = subject.WallClock;
        facts.Receive = times.Received > 0 ? times.Received - first : -1;
        facts.Wait = times.Queued > 0 ? times.Queued - (times.Received > 0 ? times.Received : _idleFrom) : -1;
        facts.Connect = times.Connected > 0 ? times.Connected - times.Queued : -1;
        facts.Answer = times.Answered > 0 && times.Connected > 0 ? times.Answered - times.Connected : -1;
        facts.Data = times.Answered > 0 ? now - times.Answered : -1;
        facts.Active = now - first;
        facts.Handshake = _requestCount <= 1 ? _handshake : 0;
        facts.Total = now - _idleFrom + facts.Handshake;
        facts.User = facts.Active;
        facts.IsEarly = isEarly || _frontend.Program.Has(ProxyOptions.LogAsap);
        facts.Status = times.Status == 0 ? -1 : times.Status;
        facts.BytesRead = times.BytesOut;
        facts.BytesUploaded = times.BytesIn;
        exchange.End.CopyTo(facts.Termination);
        PutCookieLetters(exchange, facts.Termination);
        facts.ActiveConnections = _frontend.Backends.State.Whole.Count;
        facts.FrontendConnections = _frontend.Whole.Limit.Count;
        facts.BackendConnections = _backend.Backend.Counters[TrafficCounter.Current];
        facts.ServerConnections = _chosen is { } chosen ? chosen.Balanced.Served : _leftBehind;
        facts.Retries = times.Retries;
        facts.IsRedispatched = times.IsRedispatched;
        facts.ServerQueue = times.ServerQueue;
        facts.BackendQueue = times.BackendQueue;
        facts.IsBadRequest = exchange.Request.HeadLength == 0 || times.IsUnread;
        subject.Captures.AreMissing = facts.IsBadRequest;
        subject.ChosenServer = _lastServer?.Identity;
    }

    /// <summary>Logs somebody who has gone, or was sent away, without a whole request.</summary>
    private void CountWithoutRequest(char cause, int status)
    {
        CountRequest();
        _frontend.Counters.Add(TrafficCounter.RequestErrors);
        if (!_frontend.Program.NeedsContext)
        {
            return;
        }
        HttpExchange exchange = _exchange ??= RentExchange();
        _lastServer = null;
        _backend = _frontend.Backend;
        _ = exchange.Subject is { RequestHead: null } ? exchange.Subject : BeginSubject(exchange, head: null);
        exchange.Times.Status = status;
        exchange.End = exchange.End.By(cause, 'R');
    }

    /// <summary>The server of the present exchange, also when it has been let go.</summary>
    private Server? _lastServer;

    /// <summary>Requests that the last server still had when this one left it, before the next one came.</summary>
    private int _leftBehind;

    private long _idleFrom;

    /// <summary>An exchange that outlives its request, because variables of the connection stand in it.</summary>
    private HttpExchange? _kept;

    private HttpExchange RentExchange()
    {
        HttpExchange exchange = _kept ?? _frontend.RentExchange();
        _kept = null;
        exchange.Times.First = _loop.State.Now;
        exchange.Request.Leniency = _frontend.RequestLeniency;
        return exchange;
    }
}
