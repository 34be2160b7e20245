namespace Holdfast.Runtime.Doctor;

/// <summary>How bad a finding is.</summary>
public enum DoctorVerdict : byte
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>It works, but not as well as it could; or it could not be looked at.</summary>
    Note,

    /// <summary>A failover would not work, or not in time.</summary>
    Bad,
}

/// <summary>What one check found.</summary>
/// <param name="Check">Stable name in snake_case, for programs.</param>
/// <param name="Verdict">How bad it is.</param>
/// <param name="Text">What was found.</param>
/// <param name="Remedy">What to type or change; null when nothing, or when that depends.</param>
public sealed record DoctorFinding(string Check, DoctorVerdict Verdict, string Text, string? Remedy = null)
{
    internal static DoctorFinding Good(string check, string text) => new(check, DoctorVerdict.Good, text);

    internal static DoctorFinding Note(string check, string text, string? remedy = null)
        => new(check, DoctorVerdict.Note, text, remedy);

    internal static DoctorFinding Bad(string check, string text, string? remedy = null)
        => new(check, DoctorVerdict.Bad, text, remedy);
}
