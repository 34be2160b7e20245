namespace Holdfast.Proxy.Tests;

/// <summary>For tests that count what the whole process has open.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess
{
}
