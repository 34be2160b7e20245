using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;

// Tests count descriptors of the process, and load two cores: one after the other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Holdfast.Proxy.Tests;

/// <summary>Every way to the kernel that works here: each test of streams runs on all of them.</summary>
public sealed class Transports : TheoryData<TransportChoice>
{
    public Transports()
    {
        Add(TransportChoice.Epoll);
        if (TransportProbe.TryUring().IsUsable)
        {
            Add(TransportChoice.Uring);
        }
    }
}
