using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Netlink;

/// <summary>How an entry that may exist already is added.</summary>
public enum AddMode
{
    /// <summary>Fails with EEXIST when it is there.</summary>
    Create,

    /// <summary>Replaces it, or creates it. For an address: renews its lifetimes and flags.</summary>
    Replace,

    /// <summary>
    /// Routes only: adds a further one with the same destination, after those that are there. IPv6: as a further
    /// path of the one with the same metric.
    /// </summary>
    Append,

    /// <summary>
    /// Routes only: adds a further one with the same destination, before those that are there; EEXIST when one is
    /// equal in all. IPv6: as <see cref="Append"/>.
    /// </summary>
    Prepend,
}

/// <summary>Addresses, routes, rules, links and neighbours of one network namespace (rtnetlink(7)).</summary>
/// <remarks>
/// Belongs to the namespace of the thread that opens it. One thread at a time. Changes need CAP_NET_ADMIN. The batch
/// verbs allocate nothing but the text of a first failure.
/// </remarks>
public sealed partial class RouteNetlink : IDisposable
{
    private const int RequestBufferSize = 128 * 1024;
    private const int MessageSizeMax = 32 * 1024;
    private const int BatchCountMax = 1024;

    private readonly NetlinkSocket _socket;
    private readonly byte[] _request = GC.AllocateUninitializedArray<byte>(RequestBufferSize, pinned: true);
    private readonly NameTable _names = new();

    private RouteNetlink(NetlinkSocket socket) => _socket = socket;

    /// <summary>Why the first entry of the last batch failed; success when none did.</summary>
    public NetlinkResult FirstBatchFailure { get; private set; }

    /// <summary>Opens a socket.</summary>
    /// <exception cref="LinuxException">A step failed; the message says which.</exception>
    public static RouteNetlink Open() => new(NetlinkSocket.OpenRoute());

    /// <summary>Adds an address.</summary>
    /// <returns>EEXIST: it is there (Create). ENODEV: no such interface. EACCES: IPv6 is disabled there.</returns>
    public NetlinkResult AddAddress(in AddressSpec address, AddMode mode = AddMode.Create)
        => Execute<AddressSpec, AddressMessage>(address, RTM.RTM_NEWADDR, AddFlags(mode));

    /// <summary>Removes an address.</summary>
    /// <returns>EADDRNOTAVAIL: it is not there. ENODEV: no such interface.</returns>
    public NetlinkResult DeleteAddress(in AddressSpec address)
        => Execute<AddressSpec, AddressMessage>(address, RTM.RTM_DELADDR, 0);

    /// <summary>Adds many addresses in few system calls.</summary>
    /// <param name="addresses">What to add, in this order.</param>
    /// <param name="results">One for each.</param>
    /// <param name="mode">What to do with those that exist.</param>
    /// <returns>How many failed; <see cref="FirstBatchFailure"/> says why the first did.</returns>
    public int AddAddresses(
        ReadOnlySpan<AddressSpec> addresses, Span<Errno> results, AddMode mode = AddMode.Create)
        => ExecuteBatch<AddressSpec, AddressMessage>(addresses, results, RTM.RTM_NEWADDR, AddFlags(mode));

    /// <summary>Removes many addresses in few system calls.</summary>
    /// <inheritdoc cref="AddAddresses"/>
    public int DeleteAddresses(ReadOnlySpan<AddressSpec> addresses, Span<Errno> results)
        => ExecuteBatch<AddressSpec, AddressMessage>(addresses, results, RTM.RTM_DELADDR, 0);

    /// <summary>Called after each exchange with the kernel: whoever waits for many sees that they get on.</summary>
    public Action? Progress { get; set; }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _socket.Dispose();

    private static NLM_F AddFlags(AddMode mode) => NLM_F.NLM_F_CREATE | mode switch
    {
        AddMode.Create => NLM_F.NLM_F_EXCL,
        AddMode.Replace => NLM_F.NLM_F_REPLACE,
        AddMode.Append => NLM_F.NLM_F_APPEND,
        _ => 0,
    };

    private NetlinkResult Execute<TSpec, TEncoder>(in TSpec spec, RTM type, NLM_F flags)
        where TEncoder : IRequestEncoder<TSpec>
    {
        NetlinkWriter writer = new(_request);
        TEncoder.Write(ref writer, spec, type, flags | NLM_F.NLM_F_REQUEST | NLM_F.NLM_F_ACK, _socket.TakeSequence());
        NetlinkResult result = _socket.Execute(writer.Written);
        Progress?.Invoke();
        return result;
    }

    private int ExecuteBatch<TSpec, TEncoder>(
        ReadOnlySpan<TSpec> specs, Span<Errno> results, RTM type, NLM_F flags)
        where TEncoder : IRequestEncoder<TSpec>
    {
        int failures = 0;
        FirstBatchFailure = default;
        for (int done = 0; done < specs.Length;)
        {
            NetlinkWriter writer = new(_request);
            uint sequence = _socket.TakeSequence(BatchCountMax);
            int count = 0;
            bool last;
            do
            {
                // Only the last message asks for an ack: failures are reported in any case.
                last = done + count + 1 == specs.Length || count + 1 == BatchCountMax
                    || writer.Length > RequestBufferSize - (2 * MessageSizeMax);
                NLM_F ack = last ? NLM_F.NLM_F_ACK : 0;
                TEncoder.Write(ref writer, specs[done + count], type, flags | NLM_F.NLM_F_REQUEST | ack,
                    sequence + (uint)count);
                count++;
            }
            while (!last);
            failures += _socket.ExecuteBatch(writer.Written, results.Slice(done, count), out NetlinkResult failure);
            FirstBatchFailure = FirstBatchFailure.IsSuccess ? failure : FirstBatchFailure;
            done += count;
            Progress?.Invoke();
        }
        return failures;
    }
}
