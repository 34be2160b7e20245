namespace Holdfast.Web.Http.Passing;

/// <summary>What a step of reading found.</summary>
internal enum ReadOutcome : byte
{
    /// <summary>More must come.</summary>
    NeedMore,

    /// <summary>It is all there.</summary>
    Done,

    /// <summary>It is none.</summary>
    Invalid,

    /// <summary>It ends before it is all there.</summary>
    Premature,
}

/// <summary>Reads answers of one protocol. One of a passed request; used again.</summary>
internal abstract class ResponseReader
{
    /// <summary>Begins with an answer.</summary>
    internal abstract void Begin(PassedRequest passed);

    /// <summary>Reads the head from the input; interim answers are left out.</summary>
    internal abstract ReadOutcome ReadHead(PassedRequest passed);

    /// <summary>Of a head: the status.</summary>
    internal abstract int Status { get; }

    /// <summary>Of a head: what stands behind the status.</summary>
    internal abstract ReadOnlySpan<byte> Reason(PassedRequest passed);

    /// <summary>Of a head: bytes of the body; −1: not known.</summary>
    internal abstract long ContentLength { get; }

    /// <summary>Of a head: how many fields.</summary>
    internal abstract int FieldCount { get; }

    /// <summary>Whether bytes go both ways from here on.</summary>
    internal virtual bool IsUpgrade => false;

    /// <summary>A field.</summary>
    internal abstract void Field(
        PassedRequest passed, int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);

    /// <summary>The fields were taken: the input goes on behind the head.</summary>
    internal abstract void LeaveHead(PassedRequest passed);

    /// <summary>Passes on what the input has of the body.</summary>
    internal abstract ReadOutcome ReadBody(PassedRequest passed);

    /// <summary>The peer has ended: whether the body is whole.</summary>
    internal abstract ReadOutcome OnEnd();

    /// <summary>Whether the connection may be used again behind the body.</summary>
    internal abstract bool KeepsAlive { get; }
}
