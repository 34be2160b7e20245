using Holdfast.Http.H1;

namespace Holdfast.HAProxy.Samples;

/// <summary>
/// What expressions, rules and log formats see of a connection and its request. A session has one, fills it, and goes
/// on using it; nothing of it is shared between event loops.
/// </summary>
public sealed class RequestContext(IMessageSource source, ulong seed)
{
    private static readonly H1Head s_noHead = new();
    private ulong _random = seed | 1;

    /// <summary>Where the bytes stand.</summary>
    public IMessageSource Source { get; } = source;

    /// <summary>Memory of one evaluation.</summary>
    public Scratch Scratch { get; } = new();

    /// <summary>Whether bytes are relayed: a head that stands at their beginning is only looked at.</summary>
    public bool IsStream { get; set; }

    /// <summary>Whether what has come is no request, and will not become one.</summary>
    public bool IsNoRequest { get; set; }

    /// <summary>The request's head; null before it is complete, and in a stream that does not begin with one.</summary>
    public H1Head? RequestHead { get; set; }

    /// <summary>The response's head; null before it is complete, and in TCP mode.</summary>
    public H1Head? ResponseHead { get; set; }

    /// <summary>The request with its buffer; empty when there is no head.</summary>
    public HeadView Request => (RequestHead ?? s_noHead).On(Source.Request);

    /// <summary>The response with its buffer; empty when there is no head.</summary>
    public HeadView Response => (ResponseHead ?? s_noHead).On(Source.Response);

    /// <summary>
    /// Whether no more data will be waited for: what is missing is missing. Default true; false while
    /// <c>inspect-delay</c> runs.
    /// </summary>
    public bool IsFinal { get; set; } = true;

    /// <summary>Whether the rules that run are those of the response.</summary>
    public bool IsResponse { get; set; }

    /// <summary>Whether an edit that fails is left out (<c>strict-mode off</c>), until the list of rules ends.
    /// </summary>
    public bool IsLenient { get; set; }

    /// <summary>What <c>set-timeout server</c> has said, in milliseconds; negative: nothing.</summary>
    public long ServerTimeout { get; set; } = -1;

    /// <summary>What <c>set-timeout tunnel</c> has said, in milliseconds; negative: nothing.</summary>
    public long TunnelTimeout { get; set; } = -1;

    /// <summary><c>set-priority-class</c>. Default 0.</summary>
    public long PriorityClass { get; set; }

    /// <summary><c>set-priority-offset</c>, in milliseconds. Default 0.</summary>
    public long PriorityOffset { get; set; }

    /// <summary>What <c>set-retries</c> has said; negative: nothing.</summary>
    public int RetriesMax { get; set; } = -1;

    /// <summary>Whether only connections are tried again (<c>disable-l7-retry</c>).</summary>
    public bool ForbidsRetry { get; set; }

    /// <summary>The session; null: nobody knows more of it than stands here.</summary>
    public ISessionFacts? Session { get; set; }

    /// <summary>The loop's number, from 0: <c>thread</c>.</summary>
    public int Thread { get; set; }

    /// <summary>The last rule that has ended a list; null: none has.</summary>
    public Rules.RulePlace? LastRule { get; set; }

    /// <summary>The name that the PROXY protocol's header has told (<c>fc_pp_authority</c>); null: no header.</summary>
    public StoredBytes? ProxyAuthority { get; set; }

    /// <summary>The id that it has told (<c>fc_pp_unique_id</c>); null: no header.</summary>
    public StoredBytes? ProxyUniqueId { get; set; }

    /// <summary>What the response's body is compressed by (<c>res.comp_algo</c>); null: nothing.</summary>
    public byte[]? ResponseCoding { get; set; }

    /// <summary>Fields of a 103 response that is to be sent now, as lines (<c>early-hint</c>); empty: none.</summary>
    public StoredBytes EarlyHints { get; } = new();

    /// <summary>Whether the whole body of the request is in the buffer.</summary>
    public bool HasWholeBody { get; set; }

    /// <summary>Whether it is the first request of its connection.</summary>
    public bool IsFirstRequest { get; set; } = true;

    /// <summary>The client's connection as it was accepted (after the PROXY protocol): <c>fc_src</c>.</summary>
    public EndpointPair ClientConnection { get; set; }

    /// <summary>The same as rules have changed it: <c>src</c>.</summary>
    public EndpointPair Client { get; set; }

    /// <summary>The server's connection; its source is ours.</summary>
    public EndpointPair Server { get; set; }

    /// <summary>Whether the client came over a Unix socket: neither end has an address.</summary>
    public bool IsUnixClient => Client.Source.IsNone && Client.Destination.IsNone;

    /// <summary>Whether the PROXY protocol named <see cref="ClientConnection"/>.</summary>
    public bool HasProxyHeader { get; set; }

    /// <summary>Number of the accepting listener within its frontend: <c>so_id</c>.</summary>
    public int ListenerId { get; set; } = 1;

    /// <summary>Its name; empty when it has none.</summary>
    public byte[] ListenerName { get; set; } = [];

    /// <summary>The frontend.</summary>
    public ProxyIdentity Frontend { get; set; } = ProxyIdentity.None;

    /// <summary>The backend; the frontend as long as none is chosen.</summary>
    public ProxyIdentity Backend { get; set; } = ProxyIdentity.None;

    /// <summary>The chosen server; null as long as there is none.</summary>
    public ProxyIdentity? ChosenServer { get; set; }

    /// <summary>Name of <c>default_backend</c>; null without one.</summary>
    public byte[]? DefaultBackend { get; set; }

    /// <summary>Where the client's packets are marked; null: nowhere.</summary>
    public IClientSocket? ClientSocket { get; set; }

    /// <summary>What packets of the server's connection are marked with (<c>set-bc-mark</c>); null: nothing.</summary>
    public int? ServerMark { get; set; }

    /// <summary>Their type of service (<c>set-bc-tos</c>); null: the system's.</summary>
    public int? ServerTypeOfService { get; set; }

    /// <summary>Counters of proxies; null: there are none.</summary>
    public ITrafficCounters? Traffic { get; set; }

    /// <summary>The client's TLS session; null: plain.</summary>
    public ITlsFacts? ClientTls { get; set; }

    /// <summary>The server's TLS session; null: plain.</summary>
    public ITlsFacts? ServerTls { get; set; }

    /// <summary>Stick tables; null: there are none.</summary>
    public IStickCounters? Stick { get; set; }

    /// <summary>Microseconds since 1970 by the wall clock. The session sets it before rules run.</summary>
    public long WallClock { get; set; }

    /// <summary>Local time less UTC, in seconds.</summary>
    public int UtcOffset { get; set; }

    /// <summary>Variables.</summary>
    public VariableStore Variables { get; } = new();

    /// <summary>Captures, numbered as the frontend declares them.</summary>
    public CaptureStore Captures { get; } = new();

    /// <summary>What only log lines show.</summary>
    public LogFacts Log { get; } = new();

    /// <summary>Format of the id: that of the frontend, which a backend's rules cannot know; null: none.</summary>
    public LogFormats.CompiledLogFormat? UniqueIdFormat { get; set; }

    /// <summary>The id of the request, made once; empty: not yet.</summary>
    public StoredBytes UniqueId { get; } = new();

    /// <summary>64 random bits: not for secrets.</summary>
    public ulong NextRandom()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return unchecked(_random * 0x2545F4914F6CDD1D);
    }

    /// <summary>Forgets what belongs to one request: variables of txn, req and res, captures, the id.</summary>
    public void BeginRequest()
    {
        Variables.ForgetTransaction();
        Captures.Clear();
        UniqueId.Clear();
        ServerTimeout = TunnelTimeout = -1;
        RetriesMax = -1;
        PriorityClass = PriorityOffset = 0;
        ServerMark = ServerTypeOfService = null;
        ForbidsRetry = false;
        ResponseCoding = null;
        LastRule = null;
        EarlyHints.Clear();
        RequestHead = null;
        ResponseHead = null;
        IsResponse = false;
        IsStream = IsNoRequest = false;
        HasWholeBody = false;
        ChosenServer = null;
        Backend = Frontend;
        Client = ClientConnection;
        Log.BeginRequest();
        Scratch.Release(0);
    }

    /// <summary>Goes over to the response: variables of req end.</summary>
    public void BeginResponse()
    {
        IsResponse = true;
        Variables.Forget(VariableScope.Request);
    }
}

/// <summary>The client's socket, as far as rules change it.</summary>
public interface IClientSocket
{
    /// <summary>Marks the packets that are sent: <c>set-mark</c>.</summary>
    void SetMark(int mark);

    /// <summary>Their type of service, or traffic class: <c>set-tos</c>.</summary>
    void SetTypeOfService(int value);
}

/// <summary>Name and number of a proxy or server.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its number.</param>
public sealed record ProxyIdentity(string Name, int Id)
{
    /// <summary>No proxy.</summary>
    public static ProxyIdentity None { get; } = new("", 0);

    /// <summary>Its name as bytes.</summary>
    public byte[] NameBytes { get; } = Holdfast.Config.HAProxy.Model.ByteText.ToBytes(Name);
}
