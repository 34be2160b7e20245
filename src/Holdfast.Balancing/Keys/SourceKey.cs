using Holdfast.Balancing.Hashing;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Keys;

/// <summary><c>balance source</c>: the client's address.</summary>
public static class SourceKey
{
    /// <summary>The exclusive or of the address's 32-bit words. The function of <c>hash-type</c> is not used.</summary>
    /// <param name="method">Whose avalanche is used.</param>
    /// <param name="source">The client. Without an address (a Unix socket) balancing is by turns.</param>
    public static HashKey Of(HashMethod method, IpAddress source) => source.Family switch
    {
        IpFamily.V4 => method.Finish((uint)(source.High >> 32)),
        IpFamily.V6 => method.Finish(
            (uint)(source.High >> 32) ^ (uint)source.High ^ (uint)(source.Low >> 32) ^ (uint)source.Low),
        _ => HashKey.None,
    };
}
