namespace Holdfast.HAProxy.Samples;

/// <summary>
/// What the session knows when a log line is written: times in milliseconds, counters, how it ended (section 8.2.3 of
/// the manual). A time that was not reached is -1.
/// </summary>
public sealed class LogFacts
{
    /// <summary>
    /// When the connection was accepted, in microseconds since 1970: %t, %T and the like in TCP mode.
    /// </summary>
    public long AcceptTime { get; set; }

    /// <summary>When the first byte of the request came, in microseconds since 1970: %tr.</summary>
    public long RequestTime { get; set; }

    /// <summary>%Th: handshakes.</summary>
    public long Handshake { get; set; }

    /// <summary>%Ti: idle before the request.</summary>
    public long Idle { get; set; }

    /// <summary>%TR: receiving the request.</summary>
    public long Receive { get; set; } = -1;

    /// <summary>%Tw: in queues.</summary>
    public long Wait { get; set; } = -1;

    /// <summary>%Tc: connecting to the server.</summary>
    public long Connect { get; set; } = -1;

    /// <summary>%Tr: until the server answered.</summary>
    public long Answer { get; set; } = -1;

    /// <summary>%Td: data transfer.</summary>
    public long Data { get; set; } = -1;

    /// <summary>%Ta: active time of the request.</summary>
    public long Active { get; set; }

    /// <summary>%Tt: since the connection was accepted.</summary>
    public long Total { get; set; }

    /// <summary>%Tu: as the user sees it.</summary>
    public long User { get; set; }

    /// <summary>
    /// Whether %Ta, %Tt, %Tu and %B are not final (<c>option logasap</c>): a plus stands before them.
    /// </summary>
    public bool IsEarly { get; set; }

    /// <summary>%ST: the status sent to the client; 0 in TCP mode.</summary>
    public int Status { get; set; }

    /// <summary>%B: bytes to the client.</summary>
    public long BytesRead { get; set; }

    /// <summary>%U: bytes to the server.</summary>
    public long BytesUploaded { get; set; }

    /// <summary>%tsc and %ts: four characters.</summary>
    public byte[] Termination { get; } = "----"u8.ToArray();

    /// <summary>%ac: connections of the process.</summary>
    public long ActiveConnections { get; set; }

    /// <summary>%fc: connections of the frontend.</summary>
    public long FrontendConnections { get; set; }

    /// <summary>%bc: connections of the backend.</summary>
    public long BackendConnections { get; set; }

    /// <summary>%sc: connections of the server.</summary>
    public long ServerConnections { get; set; }

    /// <summary>%rc: retries.</summary>
    public int Retries { get; set; }

    /// <summary>Whether it was sent to another server: a plus stands before %rc.</summary>
    public bool IsRedispatched { get; set; }

    /// <summary>%sq: position in the server's queue.</summary>
    public long ServerQueue { get; set; }

    /// <summary>%bq: position in the backend's queue.</summary>
    public long BackendQueue { get; set; }

    /// <summary>%lc: sequence number of the line.</summary>
    public long LogCounter { get; set; }

    /// <summary>%rt: sequence number of the request.</summary>
    public long RequestCounter { get; set; }

    /// <summary>%pid.</summary>
    public int ProcessId { get; set; }

    /// <summary>%H: name of the host.</summary>
    public byte[] HostName { get; set; } = [];

    /// <summary>The request line as it came, kept for %r and its parts after the request has gone.</summary>
    public StoredBytes RequestLine { get; } = new();

    /// <summary>Whether the request could not be parsed: %r is &lt;BADREQ&gt;.</summary>
    public bool IsBadRequest { get; set; }

    /// <summary>Whether the statistics page answered: %s is &lt;STATS&gt;.</summary>
    public bool IsStats { get; set; }

    /// <summary>The level that <c>set-log-level</c> has chosen; -1: none, 8: silent.</summary>
    public int Level { get; set; } = -1;

    /// <summary>Forgets what belongs to one request.</summary>
    public void BeginRequest()
    {
        Receive = Wait = Connect = Answer = Data = -1;
        Idle = Active = Total = User = 0;
        Status = 0;
        RequestLine.Clear();
        BytesRead = BytesUploaded = 0;
        Termination.AsSpan().Fill((byte)'-');
        Retries = 0;
        IsEarly = IsRedispatched = IsBadRequest = IsStats = false;
        ServerQueue = BackendQueue = 0;
        Level = -1;
    }
}
