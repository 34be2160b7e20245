using System.Collections.Immutable;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4;

/// <summary>What forwards packets to real servers, and is told which services there are.</summary>
/// <remarks>One thread at a time. Disposing of it leaves everything as it is.</remarks>
public interface ILayer4Plane : IDisposable
{
    /// <summary>Its name in logs and <c>status</c>: "ipvs".</summary>
    string Name { get; }

    /// <summary>What of it does not work at present, as the end of a sentence; null: nothing is known.</summary>
    string? Trouble => null;

    /// <summary>What it still waits for after the last change; planes that work at once wait for nothing.</summary>
    /// <param name="forConnections">Whether connections count that other directors tell of.</param>
    PlaneWait WaitsFor(bool forConnections) => PlaneWait.Nothing;

    /// <summary>What this plane has put in, or taken over.</summary>
    ImmutableArray<PoolSpec> Ours { get; }

    /// <summary>Reads all that is there, ours or not.</summary>
    NetlinkResult Observe(out ImmutableArray<ObservedPool> pools);

    /// <summary>Reads what is there, and makes it what is wanted.</summary>
    /// <param name="wanted">Services with their servers; no two with the same key.</param>
    /// <param name="outcomes">One for each operation that the plan had; all are tried, whatever fails.</param>
    /// <returns>Success, or the reason of the first failure.</returns>
    NetlinkResult Reconcile(IReadOnlyList<PoolSpec> wanted, out ImmutableArray<Layer4Outcome> outcomes);

    /// <summary>
    /// Changes some services without reading what is there: only what differs from <see cref="Ours"/> is touched, so
    /// that what an operator has changed by hand elsewhere stays.
    /// </summary>
    /// <param name="wanted">Services as they should be from now on.</param>
    /// <param name="gone">Services that should go.</param>
    /// <param name="outcomes">One for each operation.</param>
    /// <returns>
    /// Success; otherwise something there is not as it was left, and only <see cref="Reconcile"/> helps.
    /// </returns>
    NetlinkResult Advance(
        IReadOnlyList<PoolSpec> wanted,
        IReadOnlyCollection<VirtualServiceKey> gone,
        out ImmutableArray<Layer4Outcome> outcomes);

    /// <summary>Removes every service, ours or not.</summary>
    NetlinkResult Flush();

    /// <summary>Sets how long connections are remembered.</summary>
    /// <param name="timeouts">Each in seconds; 0 keeps what is there.</param>
    NetlinkResult SetTimeouts(ConnectionTimeouts timeouts);
}
