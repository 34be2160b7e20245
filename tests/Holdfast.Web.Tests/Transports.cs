using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;

namespace Holdfast.Web.Tests;

/// <summary>Every way to the kernel that works here.</summary>
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
