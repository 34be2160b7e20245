namespace Holdfast.Nginx.Rewriting;

/// <summary>What is to be done after a rewrite program has run.</summary>
public enum RewriteOutcome
{
    /// <summary>Go on where the request stands.</summary>
    GoOn,

    /// <summary>The path has changed: look for a location.</summary>
    FindLocation,

    /// <summary>Answer with the status, and the text as body or as address.</summary>
    Answer,

    /// <summary>Answer 500; the error log is told why.</summary>
    Fail,
}

/// <summary>The end of a rewrite program.</summary>
/// <param name="outcome">What is to be done.</param>
/// <param name="status">Of an answer.</param>
/// <param name="text">Of an answer: where to for 301, 302, 303, 307, 308, else the body.</param>
/// <param name="hasText">Whether there is a text; without, it is the page of the status.</param>
/// <param name="problem">Of a failure.</param>
public readonly ref struct RewriteResult(
    RewriteOutcome outcome, int status = 0, ReadOnlySpan<byte> text = default, bool hasText = false,
    string? problem = null)
{
    /// <summary>What is to be done.</summary>
    public RewriteOutcome Outcome { get; } = outcome;

    /// <summary>Status of an answer.</summary>
    public int Status { get; } = status;

    /// <summary>Text of an answer.</summary>
    public ReadOnlySpan<byte> Text { get; } = text;

    /// <summary>Whether there is a text.</summary>
    public bool HasText { get; } = hasText;

    /// <summary>What the error log says of a failure.</summary>
    public string? Problem { get; } = problem;
}
