using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Epoll;

/// <summary>Told by an <see cref="EpollLoop"/> that its descriptor is ready.</summary>
public interface IReadyHandler
{
    /// <summary>Called on the loop's thread. It may add, change and remove descriptors, also its own.</summary>
    /// <param name="events">What happened.</param>
    void OnReady(EpollEvents events);
}
