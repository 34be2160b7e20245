using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;

// Most tests wait for the original, or for time that both sides let pass.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.Collections, MaxThreads = 4)]

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
