using Holdfast.HAProxy.Patterns;
using Holdfast.HAProxy.Samples;

namespace Holdfast.Proxy.Programs;

/// <summary>A <c>stick</c> rule.</summary>
/// <param name="Matches">Whether it looks servers up.</param>
/// <param name="StoresRequest">Whether it stores at the request.</param>
/// <param name="StoresResponse">Whether it stores at the response.</param>
/// <param name="Key">The key.</param>
/// <param name="Table">Name of the table.</param>
/// <param name="Condition">When; null: always.</param>
public sealed record CompiledStickRule(
    bool Matches, bool StoresRequest, bool StoresResponse, CompiledExpression Key, string Table,
    CompiledCondition? Condition);
