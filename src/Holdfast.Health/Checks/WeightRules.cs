namespace Holdfast.Health.Checks;

/// <summary>What the result of a checker means for the weight of its server.</summary>
public static class WeightRules
{
    /// <summary>Judges the exit code of a MISC_CHECK.</summary>
    /// <param name="exitCode">0 to 255.</param>
    /// <param name="isDynamic"><c>misc_dynamic</c>.</param>
    /// <param name="configuredWeight">The weight of the server in the file.</param>
    /// <param name="delta">
    /// Added to the weight from now on; null: what was added before stays. Codes 2 to 255 of a dynamic check set the
    /// weight to themselves minus 2; code 0 sets it back to that of the file. So does going down, but not each failure
    /// on the way there (keepalived 2.2.7 does the same).
    /// </param>
    /// <returns>Whether the check has succeeded.</returns>
    public static bool JudgeExit(int exitCode, bool isDynamic, long configuredWeight, out long? delta)
    {
        delta = !isDynamic || exitCode == 1 ? null : exitCode == 0 ? 0 : exitCode - 2 - configuredWeight;
        return exitCode == 0 || delta is not null;
    }

    /// <summary>Judges the number in the file of a FILE_CHECK.</summary>
    /// <param name="value">The number; 0 when there is none.</param>
    /// <param name="weight">Its factor. With 0 any number but 0 is a failure, and nothing is added.</param>
    /// <param name="isReversed">Whether the sign is turned; with factor 0, whether failure is.</param>
    /// <param name="delta">Added to the weight of the server.</param>
    /// <returns>Whether the check has succeeded.</returns>
    public static bool JudgeFile(long value, int weight, bool isReversed, out long delta)
    {
        if (weight == 0)
        {
            delta = 0;
            return (value == 0) != isReversed;
        }
        delta = Math.Clamp(value, int.MinValue, int.MaxValue) * weight * (isReversed ? -1 : 1);
        return delta > int.MinValue;
    }
}
