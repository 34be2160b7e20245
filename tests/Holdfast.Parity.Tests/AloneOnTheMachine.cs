namespace Holdfast.Parity.Tests;

/// <summary>
/// For tests that keep the kernel busy at real-time priority for long (hundreds of IPv6 addresses at once): beside them
/// the routers of other tests would be late, and fail over as they should.
/// </summary>
[CollectionDefinition(nameof(AloneOnTheMachine), DisableParallelization = true)]
public sealed class AloneOnTheMachine
{
}
