namespace Holdfast.Http.H1;

/// <summary>How far a parse came.</summary>
public enum H1Outcome : byte
{
    /// <summary>The bytes so far are right, but there must be more.</summary>
    NeedMore,

    /// <summary>All is there.</summary>
    Done,

    /// <summary>It is refused.</summary>
    Error,
}

/// <summary>What a parse found.</summary>
/// <param name="Outcome">How far it came.</param>
/// <param name="Consumed">Done: bytes of the buffer that were the message's.</param>
/// <param name="Error">Error: why.</param>
/// <param name="Position">Error: offset of the byte, from the start of the buffer, that is to blame.</param>
public readonly record struct H1Result(H1Outcome Outcome, int Consumed, H1Error Error, int Position)
{
    /// <summary>More bytes are needed.</summary>
    public static H1Result NeedMore => default;

    /// <summary>Complete, with this many bytes.</summary>
    public static H1Result Done(int consumed) => new(H1Outcome.Done, consumed, H1Error.None, 0);

    /// <summary>Refused.</summary>
    public static H1Result Refused(H1Error error, int position) => new(H1Outcome.Error, 0, error, position);
}
