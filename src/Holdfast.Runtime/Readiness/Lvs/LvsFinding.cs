using Holdfast.Primitives;

namespace Holdfast.Runtime.Readiness.Lvs;

/// <summary>How much a finding matters.</summary>
public enum LvsSeverity : byte
{
    /// <summary>Worth knowing; only the doctor says it.</summary>
    Advice,

    /// <summary>It works, but not for everybody, or not as long as it should.</summary>
    Warning,

    /// <summary>The service, or a real server of it, does not work.</summary>
    Prevents,
}

/// <summary>One of the mistakes that people make when they set LVS up.</summary>
/// <param name="Code">Stable name in snake_case, for programs.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Remedy">What to type or change; null when that depends.</param>
/// <param name="Span">What in a file it is about; null: the host.</param>
public sealed record LvsFinding(
    string Code, LvsSeverity Severity, string Text, string? Remedy = null, SourceSpan? Span = null);
