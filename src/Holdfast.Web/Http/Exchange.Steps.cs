using Holdfast.Http.H1;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Limits;
using Holdfast.Nginx.Sites;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Web.Http.Answers;
using Holdfast.Web.Http.Sessions;

namespace Holdfast.Web.Http;

/// <summary>What steps between location and content keep of a request, and subrequests.</summary>
internal sealed partial class Exchange
{
    private readonly List<Exchange> _subrequests = [];
    private DelayTimer? _delay;
    private IpAddress _realAddress;
    private int _realPort;

    /// <summary>Whether a proxy has said who the client is.</summary>
    internal bool HasRealAddress { get; private set; }

    /// <summary><c>$limit_req_status</c></summary>
    internal LimitStatus RequestLimit { get; set; }

    /// <summary><c>$limit_conn_status</c></summary>
    internal LimitStatus ConnectionLimit { get; set; }

    /// <summary>Where it is counted by <c>limit_conn</c>.</summary>
    internal ConnectionVisit Visit { get; } = new();

    /// <summary>Which way of deciding who may come is asked.</summary>
    internal int AccessIndex { get; set; }

    /// <summary>What a refusal answers; 0: none has refused.</summary>
    internal int AccessStatus { get; set; }

    /// <summary>The subrequest that decides; null: none was made.</summary>
    internal Exchange? Asked { get; private set; }

    /// <summary>Whether its answer is over.</summary>
    internal bool IsDone => _isDone;

    /// <summary>The client is another one than who is connected.</summary>
    internal void SetRealAddress(IpAddress address, int port)
    {
        HasRealAddress = true;
        (_realAddress, _realPort) = (address, port);
    }

    /// <summary>Goes on with the next step after some time.</summary>
    internal void ResumeIn(long milliseconds)
    {
        _delay ??= new DelayTimer(this);
        Http.Loop.State.Timers.Set(_delay, Http.Loop.Now + milliseconds);
        Session.WatchClient();
    }

    /// <summary>Takes back what a refusal would have asked for.</summary>
    internal void ForgetChallenge() => Answer.Remove(KnownHeader.WwwAuthenticate);

    /// <summary>Asks a location of our own, of whose answer the head counts.</summary>
    internal void AskLocation(ReadOnlySpan<byte> uri)
    {
        Exchange asked = Asked = Http.Rent(Session);
        _subrequests.Add(asked);
        asked.Ask(this, uri);
    }

    /// <summary>A subrequest of this one is done.</summary>
    internal void OnSubrequestDone(Exchange subrequest)
    {
        if (ReferenceEquals(subrequest, Asked) && _awaitsAsked)
        {
            _awaitsAsked = false;
            RunSteps();
        }
    }

    private bool _awaitsAsked;

    private void Ask(Exchange parent, ReadOnlySpan<byte> uri)
    {
        Parent = parent;
        Sink = NoSink.Of(Http.Loop);
        Remember(parent._headBytes.AsSpan(0, parent._headLength));
        _ = H1Parser.ParseRequest(_headBytes.AsSpan(0, _headLength), Head);
        _isNowGet = true;
        _errorStatus = 0;
        _beganAt = parent._beganAt;
        Site = parent.Site;
        Request.Begin(this, Http.Program.ValueCount);
        Request.Place = Site.Place;
        Request.SetHost(parent.Request.HostName.Span);
        _ = Request.TryReadTarget(mergesSlashes: true);
        int question = uri.IndexOf((byte)'?');
        Request.SetPath(question < 0 ? uri : uri[..question]);
        Request.SetArguments(question < 0 ? default : uri[(question + 1)..]);
        Request.IsInternal = true;
        if (parent.HasRealAddress)
        {
            SetRealAddress(parent._realAddress, parent._realPort);
        }
        Follow(Router.FindLocation(Site, Request));
        parent._awaitsAsked = !_isDone;
    }

    private void ForgetSteps()
    {
        Visit.Leave();
        RequestLimit = ConnectionLimit = LimitStatus.None;
        AccessIndex = AccessStatus = 0;
        Asked = null;
        HasRealAddress = _awaitsAsked = false;
        foreach (Exchange one in _subrequests)
        {
            Http.Return(one);
        }
        _subrequests.Clear();
        StopWaiting();
    }

    private void StopWaiting()
    {
        if (_delay is { } delay)
        {
            Http.Loop.State.Timers.Remove(delay);
        }
    }

    /// <summary>Wakes an exchange that waits for its turn.</summary>
    private sealed class DelayTimer(Exchange exchange) : TimerEntry
    {
        internal override void OnDue()
        {
            ClientSession session = exchange.Session;
            exchange.Resume();
            session.Settle();
        }
    }
}
