using Holdfast.Primitives;

namespace Holdfast.Lab.Traffic;

/// <summary>What became of a request.</summary>
public enum RequestOutcome
{
    /// <summary>Answered with 200.</summary>
    Served,

    /// <summary>Answered with another status.</summary>
    Unwell,

    /// <summary>The connection was refused: nobody listens where it went.</summary>
    Refused,

    /// <summary>The connection was reset or ended before the answer.</summary>
    Broken,

    /// <summary>No answer in time, or no way there.</summary>
    Lost,
}

/// <summary>One request.</summary>
/// <param name="Begin">When its connection was asked for.</param>
/// <param name="End">When its outcome was known.</param>
/// <param name="Server">Who answered; "" for nobody.</param>
/// <param name="Outcome">What became of it.</param>
public readonly record struct Request(MonotonicTime Begin, MonotonicTime End, string Server, RequestOutcome Outcome);
