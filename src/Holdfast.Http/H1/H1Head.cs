using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>
/// The head of one request or response: where its parts stand in the caller's buffer, and what follows from them.
/// One object serves all messages of one direction of a connection, one after the other, without allocating.
/// </summary>
/// <remarks>
/// The buffer belongs to the caller, and is given to every call: it must hold the same bytes at the same offsets from
/// the message's first byte, as long as the head is read. It may move as a whole.
/// </remarks>
public sealed class H1Head
{
    /// <summary>A head with bounds.</summary>
    public H1Head(H1Limits? limits = null, H1Leniency leniency = H1Leniency.None)
    {
        Limits = limits ?? H1Limits.Default;
        Leniency = leniency;
        Headers = new(Limits.HeadersMax + Limits.EditFieldsMax, Limits.EditBytesMax);
    }

    /// <summary>Its bounds.</summary>
    public H1Limits Limits { get; }

    /// <summary>What is forgiven. To be changed between messages only.</summary>
    public H1Leniency Leniency { get; set; }

    /// <summary>The field lines.</summary>
    public HeaderTable Headers { get; }

    /// <summary>Whether it is a response.</summary>
    public bool IsResponse { get; internal set; }

    /// <summary>Version; the lower one of the message's and 1.1.</summary>
    public H1Version Version { get; internal set; }

    /// <summary>Request: the method.</summary>
    public RequestMethod Method { get; internal set; }

    /// <summary>Request: the method as it came, whatever edits have made of it.</summary>
    public RequestMethod ReceivedMethod { get; internal set; }

    /// <summary>Request: where the method stands.</summary>
    public TextRange MethodText { get; internal set; }

    /// <summary>Request: where the target stands.</summary>
    public TextRange Target { get; internal set; }

    /// <summary>Request: form of the target.</summary>
    public TargetForm Form { get; internal set; }

    /// <summary>Request: host and port in the target; empty in origin and asterisk form.</summary>
    public TextRange Authority { get; internal set; }

    /// <summary>
    /// Request: the path, from its "/" up to "?"; empty in authority and asterisk form, and in "http://host".
    /// </summary>
    public TextRange Path { get; internal set; }

    /// <summary>Request: what is behind the first "?"; empty when there is none.</summary>
    public TextRange Query { get; internal set; }

    /// <summary>Request: whether the target has a "?", maybe with nothing behind.</summary>
    public bool HasQuery { get; internal set; }

    /// <summary>Response: 100 to 999.</summary>
    public int Status { get; internal set; }

    /// <summary>Response: where the reason stands; may be empty.</summary>
    public TextRange Reason { get; internal set; }

    /// <summary>The body that follows.</summary>
    public BodyFraming Body { get; internal set; }

    /// <summary>
    /// The body that the head speaks of: <see cref="Body"/>, but in answers to HEAD and in 304 the one that is not
    /// sent. It is what <see cref="WriteOptions.Body"/> is when the framing is kept.
    /// </summary>
    public BodyFraming Announced { get; internal set; }

    /// <summary>What Connection, Upgrade and Expect say.</summary>
    public ConnectionFacts Facts { get; internal set; }

    /// <summary>Whether the sender may go on using the connection after this message (RFC 9112 section 9.3).</summary>
    public bool KeepAlive { get; internal set; }

    /// <summary>
    /// Bytes of the head in the buffer, blank lines before it and its empty line counted; 0 before Done.
    /// </summary>
    public int HeadLength => Progress.Phase == HeadPhase.Done ? Progress.Line : 0;

    /// <summary>Where the start line begins: behind the blank lines before it.</summary>
    public int StartLine { get; internal set; }

    /// <summary>How far the parser has come.</summary>
    internal HeadProgress Progress;

    /// <summary>Whether a fact holds.</summary>
    public bool Has(ConnectionFacts fact) => (Facts & fact) != 0;

    /// <summary>This head with the buffer that it was parsed from, to be read and edited.</summary>
    /// <param name="buffer">From the message's first byte on.</param>
    public HeadView On(ReadOnlySpan<byte> buffer) => new(buffer, this);

    /// <summary>Forgets the message: the head is ready for the next one.</summary>
    public void Reset()
    {
        Headers.Clear();
        Progress = default;
        IsResponse = false;
        Version = H1Version.Http10;
        Method = ReceivedMethod = RequestMethod.Other;
        MethodText = Target = Authority = Path = Query = Reason = default;
        Form = TargetForm.Origin;
        HasQuery = false;
        Status = 0;
        Body = default;
        Announced = default;
        Facts = ConnectionFacts.None;
        KeepAlive = false;
        StartLine = 0;
    }

    internal bool Forgives(H1Leniency what) => (Leniency & what) != 0;
}

/// <summary>Which line the parser is at.</summary>
internal enum HeadPhase : byte
{
    StartLine,
    Fields,
    Done,
    Failed,
}

/// <summary>How far a head was parsed, so that no byte is looked at again when more come.</summary>
internal struct HeadProgress
{
    public HeadPhase Phase;

    /// <summary>Where the line begins that is not parsed yet; Done: where the head ends.</summary>
    public int Line;

    /// <summary>Up to here there is no LF behind <see cref="Line"/>.</summary>
    public int Searched;

    /// <summary>Failed: why, and where.</summary>
    public H1Error Error;

    public int Position;
}
