namespace Holdfast.Health.Checks;

/// <summary>Draws the warm-up of checkers: the same seed draws the same times (SplitMix64).</summary>
/// <param name="Value">The seed; also the state.</param>
public record struct WarmupSeed(ulong Value)
{
    /// <summary>The next fraction, 0 to less than 1, evenly spread.</summary>
    public double Next()
    {
        unchecked
        {
            Value += 0x9E3779B97F4A7C15;
            ulong mixed = (Value ^ (Value >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
        }
    }
}
