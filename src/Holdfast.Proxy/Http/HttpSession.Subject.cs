using Holdfast.Balancing.Tables;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Linux;
using Holdfast.Proxy.Accept;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Http;

/// <summary>What rules and formats see of a request.</summary>
internal sealed partial class HttpSession<TTransport> : IExchangeBytes
{
    private const long NanosecondsPerMicrosecond = 1000;
    private const long MicrosecondsPerMillisecond = 1000;

    private ClientFacts? _facts;

    /// <summary>What rules of the connection have kept; null: there were none.</summary>
    private ClientSubject? _shared;

    ReadOnlySpan<byte> IExchangeBytes.ClientBytes => _fromClient.Bytes(_pool);

    ReadOnlySpan<byte> IExchangeBytes.ServerBytes => _fromServer.Bytes(_pool);

    /// <summary>Prepares what rules look at, for a request whose head may not be whole.</summary>
    private RequestContext BeginSubject(HttpExchange exchange, H1Head? head)
    {
        FrontendProgram program = _frontend.Program;
        RequestContext subject = exchange.Subject ??= Share(exchange) ?? NewSubject(exchange, program);
        exchange.Source.Attach(this);
        Stick(subject).IsOfConnection = false;
        ClientFacts facts = _facts ??= ReadFacts();
        subject.ClientConnection = facts.Endpoints;
        subject.HasProxyHeader = facts.HasProxyHeader;
        if (!_isTakenOver)
        {
            subject.BeginRequest();
        }
        else if (head is null)
        {
            subject.Backend = subject.Frontend; // no request has come to the backend that was chosen
        }
        subject.RequestHead = head;
        subject.Traffic = _frontend.Backends.State.Traffic;
        subject.IsFirstRequest = _requestCount <= 1;
        subject.WallClock = MonotonicClock.RealtimeNanoseconds / NanosecondsPerMicrosecond;
        subject.UtcOffset = _frontend.LocalTime.OffsetAt(subject.WallClock);
        subject.ClientSocket = _client;
        subject.ClientTls = _client!.TlsFacts;
        subject.ServerTls = null;
        subject.IsFinal = true;
        subject.Session = this;
        subject.ProxyAuthority = _client.Announced?.Authority;
        subject.ProxyUniqueId = _client.Announced?.UniqueId;
        subject.Log.AcceptTime = facts.AcceptedAt;
        subject.Log.Status = -1;
        return subject;
    }

    /// <summary>What rules of the connection have kept goes on with its requests.</summary>
    private RequestContext? Share(HttpExchange exchange)
    {
        if (_shared is not { } shared)
        {
            return null;
        }
        shared.Requests = exchange.Source;
        exchange.IsShared = true;
        return shared.Context;
    }

    private RequestContext NewSubject(HttpExchange exchange, FrontendProgram program)
    {
        RequestContext subject = new(exchange.Source, ((ulong)_frontend.Backends.Random.Next() << 32)
            | _frontend.Backends.Random.Next())
        {
            Frontend = program.Rules.Identity,
            DefaultBackend = program.DefaultBackend,
            UniqueIdFormat = program.UniqueId,
            ListenerId = _frontend.Options.ListenerId,
            ListenerName = _frontend.ListenerName,
            Thread = _loop.State.Index,
        };
        subject.Captures.Resize(program.RequestCaptures.Length, program.ResponseCaptures.Length);
        subject.Captures.RequestLengths = program.RequestLengths;
        subject.Captures.ResponseLengths = program.ResponseLengths;
        subject.Stick = new StickCounters(_frontend.Backends.State) { Context = subject };
        subject.Log.HostName = _frontend.HostName;
        subject.Log.ProcessId = Environment.ProcessId;
        return subject;
    }

    private ClientFacts ReadFacts()
    {
        ClientFacts facts = _frontend.RentFacts();
        facts.Read(_client!);
        facts.AcceptedAt = (MonotonicClock.RealtimeNanoseconds / NanosecondsPerMicrosecond)
            - ((_loop.State.Now - _client!.OpenedAt) * MicrosecondsPerMillisecond);
        return facts;
    }

    /// <summary>Keeps what formats want of the request after its bytes have gone.</summary>
    private void CaptureRequest(RequestContext subject, HttpExchange exchange)
    {
        FrontendProgram program = _frontend.Program;
        HeadView view = exchange.Request.On(_fromClient.Bytes(_pool));
        Stick(subject).Record(StickEvent.HttpRequest);
        exchange.Times.BytesIn += HtxSize.Of(view);
        subject.Log.RequestCounter = _frontend.NextRequestNumber();
        if (program.LogFormat is not null)
        {
            ReadOnlySpan<byte> line = view.ReceivedStartLine;
            _ = subject.Log.RequestLine.TryKeep(line[..Math.Min(line.Length, _frontend.LogLineMax - 1)]);
        }
        for (int slot = 0; slot < program.RequestCaptures.Length; slot++)
        {
            Capture(view, program.RequestCaptures[slot], subject.Captures.Request(slot)!);
        }
    }

    private void CaptureCookie(RequestContext subject, HeadView view)
    {
        if (_frontend.Program.CookieCapture is { } cookie)
        {
            CookieCapture.OfRequest(view, cookie, subject.Captures.RequestCookie);
        }
    }

    private void CaptureResponse(RequestContext subject, HeadView view)
    {
        FrontendProgram program = _frontend.Program;
        for (int slot = 0; slot < program.ResponseCaptures.Length; slot++)
        {
            Capture(view, program.ResponseCaptures[slot], subject.Captures.Response(slot)!);
        }
    }

    private static void Capture(HeadView view, CapturedHeader header, StoredBytes to)
    {
        int last = header.Name.Length == 0 ? -1 : view.FindLast(header.Name);
        if (last >= 0)
        {
            ReadOnlySpan<byte> value = view.ValueAt(last);
            _ = to.TryKeep(value[..Math.Min(value.Length, header.Length)]);
        }
    }
}
