using System.Text;
using Holdfast.Linux.Sockets;
using Holdfast.Nginx.Upstreams;
using Holdfast.Primitives;
using Holdfast.Web.Logs;
using Holdfast.Web.Loops;

namespace Holdfast.Web.Streams;

/// <summary>What became of choosing a server.</summary>
internal enum ChoiceOutcome : byte
{
    /// <summary><see cref="StreamChoice.Place"/> is to be connected to.</summary>
    Chosen,

    /// <summary>There is none: 502.</summary>
    NoneLives,

    /// <summary>What variables have said is no address: 500.</summary>
    NoTarget,
}

/// <summary>Which server a session goes to, and to which one then if it fails. Used again.</summary>
/// <param name="loop">Its loop.</param>
/// <param name="subject">The session.</param>
internal sealed class StreamChoice(WebLoop loop, StreamSubject subject)
{
    private const int MillisecondsPerSecond = 1000;

    private readonly PeerVisit _visit = new();
    private StreamUpstream? _upstream;
    private PeerPlace? _single;
    private Peer? _peer;
    private long _beganAt;
    private long _triedAt;
    private int _triesLeft;

    /// <summary>Where the chosen server is.</summary>
    internal SocketEndpoint Place { get; private set; } = null!;

    private StreamRoute Route => subject.Site.Route!;

    private long Seconds => loop.Now / MillisecondsPerSecond;

    /// <summary>Finds the upstream, and chooses.</summary>
    internal ChoiceOutcome Begin()
    {
        _peer = null;
        _single = null;
        _beganAt = loop.Now;
        _upstream = Route.Upstream;
        if (_upstream is null && !TryFind(Route.Target.Evaluate(subject.Request)))
        {
            return ChoiceOutcome.NoTarget;
        }
        int count = _upstream?.Balancer?.Count ?? 1;
        _triesLeft = Route.TriesMax > 0 ? Math.Min(Route.TriesMax, count) : count;
        if (_upstream is not null)
        {
            _visit.Begin(_upstream.Key is { } key ? key.Evaluate(subject.Request) : default);
        }
        return Choose();
    }

    /// <summary>The chosen one has failed: leaves it.</summary>
    /// <returns>Whether another one may be tried.</returns>
    internal bool TryNext()
    {
        Leave(PeerOutcome.Failed);
        return --_triesLeft > 0 && Route.TriesNext
            && (Route.TriesTimeout == 0 || loop.Now - _beganAt < Route.TriesTimeout);
    }

    /// <summary>Chooses one.</summary>
    internal ChoiceOutcome Choose()
    {
        _triedAt = loop.Now;
        PeerPlace place;
        if (_single is { } single)
        {
            place = single;
        }
        else
        {
            _peer = _upstream!.Balancer?.Choose(_visit, Seconds);
            if (_peer is null)
            {
                subject.AddTry(_upstream.Name);
                subject.Last.Milliseconds = 0;
                subject.Error(ErrorLevel.Error, "no live upstreams", "connecting to upstream");
                return ChoiceOutcome.NoneLives;
            }
            place = _upstream.PlaceOf(_peer, _visit.IsAtBackups);
        }
        subject.AddTry(place.Text);
        Place = place.Endpoint;
        return ChoiceOutcome.Chosen;
    }

    /// <summary>The connection stands.</summary>
    internal void NoteConnected() => subject.Last.ConnectMilliseconds = loop.Now - _triedAt;

    /// <summary>Something has come from the server.</summary>
    internal void NoteFirstByte() => subject.Last.FirstByteMilliseconds = loop.Now - _triedAt;

    /// <summary>Lets the chosen one go.</summary>
    /// <param name="outcome">What became of it.</param>
    /// <param name="action">While what that was, for the log.</param>
    internal void Leave(PeerOutcome outcome, string action = "connecting to upstream")
    {
        if (subject.Tries.Length > 0 && subject.Last.Milliseconds < 0)
        {
            subject.Last.Milliseconds = loop.Now - _triedAt;
        }
        if (_peer is { } peer)
        {
            _peer = null;
            if (_upstream!.Balancer!.Leave(peer, outcome, Seconds))
            {
                subject.Error(ErrorLevel.Warn, "upstream server temporarily disabled", action);
            }
        }
    }

    /// <summary>What variables have made: the name of an upstream, or an address and a port.</summary>
    private bool TryFind(ReadOnlySpan<byte> target)
    {
        string text = Encoding.UTF8.GetString(target);
        if (Route.Known.TryGetValue(text, out StreamUpstream? upstream))
        {
            _upstream = upstream;
            return true;
        }
        if (text.StartsWith("unix:", StringComparison.OrdinalIgnoreCase))
        {
            _single = PeerPlace.TryOfUnix(text[5..]);
            if (_single is null)
            {
                subject.Error(ErrorLevel.Error, $"{(text.Length > 5 ? "too long" : "no")} path in the unix domain "
                    + $"socket in upstream \"{text}\"", "");
            }
            return _single is not null;
        }
        int close = target.StartsWith("["u8) ? target.IndexOf((byte)']') : 0;
        int colon = close < 0 ? -1 : target[close..].IndexOf((byte)':') + close;
        if (colon < close || close < 0)
        {
            subject.Error(ErrorLevel.Error, $"no port in upstream \"{text}\"", "");
            return false;
        }
        if (!ushort.TryParse(target[(colon + 1)..], out ushort port) || port == 0)
        {
            subject.Error(ErrorLevel.Error, $"invalid port in upstream \"{text}\"", "");
            return false;
        }
        ReadOnlySpan<byte> host = close > 0 ? target[1..close] : target[..colon];
        if (!AddressText.TryParse(host, out IpAddress address))
        {
            subject.Error(ErrorLevel.Error,
                $"no resolver defined to resolve {Encoding.UTF8.GetString(host)}", "");
            return false;
        }
        _single = PeerPlace.Of(address, port);
        return true;
    }
}
