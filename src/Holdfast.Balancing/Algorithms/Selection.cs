using Holdfast.Balancing.Hashing;
using Holdfast.Balancing.Servers;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Algorithms;

/// <summary>What a request brings to its balancing.</summary>
public readonly ref struct Selection
{
    /// <summary>What it is hashed by; without a value, hashing algorithms go by turns.</summary>
    public HashKey Key { get; init; }

    /// <summary>The server that has just failed it, taken only if there is no other. A map-based hash cannot avoid.
    /// </summary>
    public BalancedServer? Avoid { get; init; }

    /// <summary>Now; only slow starts look at it.</summary>
    public MonotonicTime Now { get; init; }

    /// <summary>The generator of this event loop. Only <c>random</c> needs it.</summary>
    public RandomSource? Random { get; init; }
}

/// <summary>What came of balancing a request.</summary>
public enum SelectionOutcome : byte
{
    /// <summary>No server is usable: 503.</summary>
    NoServer,

    /// <summary>All are full: the request waits in the backend's queue.</summary>
    AllFull,

    /// <summary>A server. It may be full when the algorithm is a hash: the request then waits for it.</summary>
    Chosen,
}

/// <summary>The server that was chosen.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Server">The server, if there is one.</param>
public readonly record struct SelectionResult(SelectionOutcome Outcome, BalancedServer? Server);

/// <summary>Random numbers for one event loop: splitmix64. Not for several threads, and not for secrets.</summary>
/// <param name="seed">Two with the same seed give the same numbers.</param>
public sealed class RandomSource(ulong seed)
{
    private ulong _state = seed;

    /// <summary>32 random bits.</summary>
    public uint Next()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            ulong mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return (uint)((mixed ^ (mixed >> 31)) >> 32);
        }
    }
}
