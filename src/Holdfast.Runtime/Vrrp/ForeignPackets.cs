using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Vrrp;

/// <summary>
/// Keeps adverts of virtual routers that nobody here has from waking the process, and counts them all the same.
/// </summary>
/// <remarks>
/// A filter in the kernel rejects them at the socket that receives, but the kernel does not count what a filter
/// rejects. So a second socket hears everything, with the smallest buffer; nobody reads it until the count is wanted,
/// and what does not fit the kernel drops and counts. All that came, without what came through, is what was kept away.
/// </remarks>
internal sealed class ForeignPackets : IDisposable
{
    private readonly RawIpSocket _receiver;
    private readonly RawIpSocket _counter;
    private readonly RawIpSocketOptions _options;
    private readonly byte[] _buffer = new byte[64];
    private readonly ulong _before;
    private ulong _read;
    private ulong _keptAway;

    private ForeignPackets(RawIpSocket receiver, RawIpSocket counter, RawIpSocketOptions options, ulong received)
    {
        _receiver = receiver;
        _counter = counter;
        _options = options;
        _before = received + receiver.Dropped;
    }

    /// <summary>Begins to keep them away from a socket, which has just been drained.</summary>
    /// <param name="receiver">The socket that receives.</param>
    /// <param name="options">How it was opened.</param>
    /// <param name="known">The VRIDs that pass.</param>
    /// <param name="received">How many packets were received from it so far.</param>
    /// <returns>Null where the kernel refuses; then they all arrive, and are counted by whoever reads them.</returns>
    public static ForeignPackets? TryBegin(
        RawIpSocket receiver, RawIpSocketOptions options, IReadOnlySet<byte> known, ulong received)
    {
        try
        {
            RawIpSocket counter = RawIpSocket.Open(options with { ReceiveBufferBytes = 0 });
            var foreign = new ForeignPackets(receiver, counter, options, received);
            if ((!options.BindAddress.IsMulticast
                    || counter.JoinGroup(options.BindAddress, options.InterfaceIndex) == Errno.Success)
                && foreign.Know(known))
            {
                return foreign;
            }
            foreign.Dispose();
        }
        catch (LinuxException)
        {
            // No descriptors or no memory: the filter is a saving, not a need.
        }
        return null;
    }

    /// <summary>How many packets have been kept away.</summary>
    /// <param name="received">How many packets were received so far.</param>
    public ulong Count(ulong received)
    {
        // What waits to be received has come, but is not known to have come through.
        if (_receiver.IsDrained)
        {
            while (_counter.TryReceive(_buffer, out _) == Errno.Success)
            {
                _read++;
            }
            ulong all = _read + _counter.Dropped;
            ulong passed = received + _receiver.Dropped - _before;
            _keptAway = Math.Max(_keptAway, all - Math.Min(all, passed));
        }
        return _keptAway;
    }

    /// <summary>Changes which VRIDs pass.</summary>
    /// <returns>Whether the kernel took it.</returns>
    public bool Know(IReadOnlySet<byte> known)
        => _receiver.AttachFilter(ByteSetFilter.Create(_options.Family, AdvertFormat.VridOffset, known))
            == Errno.Success;

    /// <summary>Lets all packets pass again, and forgets the count.</summary>
    public void Dispose()
    {
        _ = _receiver.AttachFilter([ClassicFilter.Accept]); // cannot fail: it is shorter than the one before
        _counter.Dispose();
    }
}
