namespace Holdfast.Runtime.Readiness;

/// <summary>One thing that is not as a failover to this node needs it.</summary>
/// <param name="Code">Stable name in snake_case, for programs.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Remedy">What to type or change; null when that depends.</param>
/// <param name="Prevents">Whether a failover would not work; otherwise it would, but not quite as it should.</param>
internal sealed record ReadinessProblem(string Code, string Text, string? Remedy = null, bool Prevents = true);
