using Holdfast.Config.Nginx.Model;
using Holdfast.Linux.Abi;
using Holdfast.Nginx.Upstreams;
using Holdfast.Proxy.Engine;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Http.Passing;

/// <summary>Why a peer did not answer.</summary>
internal enum PeerFailure : byte
{
    /// <summary>It cannot be reached, or has broken off.</summary>
    Error,

    /// <summary>It takes too long.</summary>
    Timeout,

    /// <summary>What it says is no answer.</summary>
    InvalidHeader,
}

/// <summary>Peers, and what becomes of attempts.</summary>
internal sealed partial class PassedRequest
{
    private const int MillisecondsPerSecond = 1000;

    private readonly PeerVisit _visit = new();
    private Upstream? _peers;
    private Peer? _peer;
    private PeerConnection? _link;
    private Connection? _connecting;
    private long _began;
    private int _triesLeft;
    private bool _isReused;

    /// <summary>Where it goes; null: that is not known yet.</summary>
    internal UpstreamProgram? Upstream { get; private set; }

    /// <summary>What was tried.</summary>
    internal UpstreamTries Tries { get; } = new();

    private long Seconds => Exchange.Now / MillisecondsPerSecond;

    private void FirstPeer()
    {
        if (Program.Choose(this) is not { } upstream)
        {
            _phase = PassPhase.Over;
            return;
        }
        Upstream = upstream;
        _began = _loop.Now;
        _peers = upstream.Peers;
        if (_peers is null)
        {
            Tries.Add(_loop.Now);
            NoPeer(upstream);
            return;
        }
        _triesLeft = _peers.Count;
        if (Program.Settings.NextUpstreamTries is > 0 and var max && _triesLeft > max)
        {
            _triesLeft = max;
        }
        Span<byte> address = stackalloc byte[16];
        _visit.Begin(upstream.Method switch
        {
            UpstreamMethod.IpHash => AddressKey(address),
            UpstreamMethod.Hash or UpstreamMethod.ConsistentHash when upstream.HashKey is { } key
                => key.Evaluate(Exchange.Request),
            _ => default,
        });
        NextPeer();
    }

    /// <summary>The first three bytes of an IPv4 address, a whole IPv6 address.</summary>
    private ReadOnlySpan<byte> AddressKey(Span<byte> to)
    {
        Primitives.IpAddress address = Exchange.ClientAddress;
        if (address.IsNone)
        {
            return default;
        }
        int length = address.CopyTo(to);
        return to[..(length == 4 ? 3 : length)];
    }

    private void NextPeer()
    {
        Tries.Add(_loop.Now);
        _peer = _peers!.Choose(_visit, Seconds);
        if (_peer is null)
        {
            NoPeer(Upstream!);
            return;
        }
        var target = (PeerTarget)_peer.Settings.Target!;
        Tries.Last.Peer = target.Text;
        ResetAttempt();
        _link = Exchange.Http.IdleOf(Upstream!).Take(_peer);
        _isReused = _link is not null;
        if (_link is not null)
        {
            _link.Connection.Owner = this;
            Tries.Last.ConnectTime = 0;
            SendRequest();
            return;
        }
        _phase = PassPhase.Connecting;
        Errno errno = _loop.Connect(new ConnectTarget(target.Endpoint), this, out _connecting);
        if (errno != Errno.Success)
        {
            _connecting = null;
            Fail(PeerFailure.Error, $"connect() to {System.Text.Encoding.UTF8.GetString(target.Text)} failed "
                + $"({ErrorTexts.Of(errno)})");
            return;
        }
        _connecting!.SetTimeout(Program.ConnectTimeout);
    }

    private void NoPeer(UpstreamProgram upstream)
    {
        Tries.Last.Peer = upstream.NameBytes;
        Tries.Last.Status = 502;
        Tries.Last.ResponseTime = 0;
        _phase = PassPhase.Over;
        Exchange.Report(ErrorLevel.Error, upstream.Peers is null
            ? "no live upstreams: no name of them could be resolved"
            : "no live upstreams while connecting to upstream");
        Exchange.FinishWith(502);
    }

    /// <summary>The attempt has failed before anything of its answer has gone on.</summary>
    private void Fail(PeerFailure failure, string message)
    {
        Exchange.Report(ErrorLevel.Error, message + WhileText());
        UpstreamConditions condition = failure switch
        {
            PeerFailure.Timeout => UpstreamConditions.Timeout,
            PeerFailure.InvalidHeader => UpstreamConditions.InvalidHeader,
            _ => UpstreamConditions.Error,
        };
        // A connection that was idle may have ended in the same moment: that says nothing of the peer's others.
        bool costsTry = !(_isReused && failure == PeerFailure.Error);
        int status = failure == PeerFailure.Timeout ? 504 : 502;
        Tries.Last.Status = status;
        bool wasSent = _phase != PassPhase.Connecting;
        LeavePeer(PeerOutcome.Failed, keeps: false);
        _triesLeft -= costsTry ? 1 : 0;
        if (MayRetry(condition, wasSent))
        {
            NextPeer();
            return;
        }
        _phase = PassPhase.Over;
        Exchange.FinishWith(status);
    }

    private string WhileText() => _phase == PassPhase.Connecting ? " while connecting to upstream"
        : _isRequestSent || _hasStreamed ? " while reading response header from upstream"
        : " while sending request to upstream";

    private bool MayRetry(UpstreamConditions condition, bool wasSent)
    {
        bool isUnsafe = wasSent && Exchange.View.Method is var method
            && (method.SequenceEqual("POST"u8) || method.SequenceEqual("LOCK"u8) || method.SequenceEqual("PATCH"u8));
        UpstreamConditions wanted = condition | (isUnsafe ? UpstreamConditions.NonIdempotent : UpstreamConditions.None);
        bool hasTime = Program.Settings.NextUpstreamTimeout == TimeSpan.Zero
            || _loop.Now - _began < Program.Settings.NextUpstreamTimeout.TotalMilliseconds;
        return _triesLeft > 0 && !_hasStreamed && hasTime && (Program.Settings.NextUpstream & wanted) == wanted;
    }

    /// <summary>The peer is done with, for this request.</summary>
    private void LeavePeer(PeerOutcome outcome, bool keeps)
    {
        if (_peer is not { } peer)
        {
            return;
        }
        _peer = null;
        ref UpstreamTry last = ref Tries.Last;
        last.ResponseTime = _loop.Now - last.Began;
        Connection? connection = _link?.Connection ?? _connecting;
        last.BytesSent = connection?.SentBytes - _sentBefore ?? 0;
        if (_peers!.Leave(peer, outcome, Seconds))
        {
            Exchange.Report(ErrorLevel.Warn, "upstream server temporarily disabled" + WhileText());
        }
        PeerConnection? link = _link;
        Connection? connecting = _connecting;
        _link = null;
        _connecting = null;
        if (link is not null && keeps)
        {
            Exchange.Http.IdleOf(Upstream!).Give(link);
        }
        else if ((link?.Connection ?? connecting) is { } open)
        {
            _loop.Close(open);
        }
    }
}
