namespace Holdfast.HAProxyParity.Tests.Comparison;

/// <summary>What was seen of one side in a scenario.</summary>
/// <param name="Stories">By actor and connection, such as <c>s1 connection 2</c>: what came, as Latin-1.</param>
/// <param name="Hung">What an actor was waiting for when patience ended, or its failure; null when all went well.
/// </param>
/// <param name="Ports">Client ports, which are whatever the kernel gave.</param>
internal sealed record Observation(
    IReadOnlyDictionary<string, string> Stories, string? Hung, IReadOnlySet<string> Ports);
