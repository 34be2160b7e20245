using System.Collections.Frozen;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Processes;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Lab;

/// <summary>Records what the nodes of a segment say about virtual addresses: adverts, ARP, neighbour advertisements.
/// </summary>
/// <remarks>It listens at the ports of the bridge, so it knows the sender whatever the frame claims.</remarks>
public sealed class AdvertTap : IDisposable
{
    private const int ReceiveBufferBytes = 16 * 1024 * 1024;
    private readonly Journal<TapFrame> _frames = new();
    private readonly EventFd _stop = new();
    private readonly Thread _thread;

    private AdvertTap(LabSegment segment, LabNode? only)
    {
        FrozenDictionary<int, LabNode> ports = segment.Links.ToFrozenDictionary(
            link => link.PortIndex, link => link.Node);
        PacketSocket socket = segment.Run(() => PacketSocket.Open(
            3, 0, TapFrame.Filter(only is null ? null : segment.LinkOf(only).Mac), ReceiveBufferBytes,
            timestamps: true));
        _thread = new Thread(() => Read(socket, ports)) { IsBackground = true, Name = "lab tap" };
        _thread.Start();
    }

    /// <summary>How many frames there are so far: where a later wait may begin.</summary>
    public int Count => _frames.Count;

    /// <summary>A copy of the frames so far.</summary>
    public IReadOnlyList<TapFrame> Frames => _frames.Copy();

    /// <summary>Begins to record. Nodes that are attached later are not heard.</summary>
    /// <param name="segment">Where it listens.</param>
    /// <param name="only">The node whose frames alone are recorded, by their Ethernet source; null: all.</param>
    public static AdvertTap Open(LabSegment segment, LabNode? only = null) => new(segment, only);

    /// <summary>Waits for a frame, also one that has come already.</summary>
    /// <param name="predicate">What is looked for.</param>
    /// <param name="timeout">The longest wait: a guard, not a measure.</param>
    /// <param name="first">Frames before this number are passed over.</param>
    /// <exception cref="LabTimeoutException">None came.</exception>
    public TapFrame WaitFor(Func<TapFrame, bool> predicate, TimeSpan timeout, int first = 0)
        => _frames.TryWait(predicate, timeout, first, out TapFrame found) ? found
            : throw new LabTimeoutException($"no such frame within {timeout.TotalSeconds:F1} s; {Count} others came");

    /// <summary>Waits for an advert of a node with a priority above 0.</summary>
    public TapFrame WaitForAdvert(LabNode node, TimeSpan timeout, int first = 0)
        => WaitFor(frame => frame.Kind == TapKind.Advert && frame.Node == node && frame.Priority > 0, timeout, first);

    /// <summary>Waits until a node has announced so many different addresses.</summary>
    /// <returns>The frame that made it complete.</returns>
    /// <exception cref="LabTimeoutException">Fewer were announced.</exception>
    public TapFrame WaitForAnnouncements(LabNode node, int count, TimeSpan timeout, int first = 0)
    {
        var seen = new HashSet<IpAddress>(count);
        return _frames.TryWait(frame => frame.IsAnnouncement && frame.Node == node && seen.Add(frame.Subject)
            && seen.Count == count, timeout, first, out TapFrame found) ? found
            : throw new LabTimeoutException($"{seen.Count} of {count} addresses were announced by {node.Name}");
    }

    /// <summary>Stops recording. What was recorded stays.</summary>
    public void Dispose()
    {
        if (!_frames.IsSealed)
        {
            _stop.Raise();
            _thread.Join();
            _stop.Dispose();
        }
    }

    private void Read(PacketSocket socket, FrozenDictionary<int, LabNode> ports)
    {
        _ = OwnProcess.SetScheduler(SchedulingPolicy.SCHED_RR, 10, resetOnFork: true); // else times are rougher
        using (socket)
        using (var loop = new EpollLoop())
        {
            var reader = new Reader(this, socket, ports);
            loop.Add(socket.Descriptor, EpollEvents.EPOLLIN, reader);
            var stop = new Stopper();
            loop.Add(_stop.Fd, EpollEvents.EPOLLIN, stop);
            while (!stop.Stopped)
            {
                _ = loop.RunOnce(MonotonicTime.Never);
            }
        }
        _frames.Seal();
    }

    private sealed class Reader(AdvertTap tap, PacketSocket socket, FrozenDictionary<int, LabNode> ports)
        : IReadyHandler
    {
        private readonly byte[] _buffer = new byte[2048];

        public void OnReady(EpollEvents events)
        {
            while (socket.TryReceive(_buffer, out ReceivedFrame info) == Errno.Success)
            {
                // The bridge itself hears everything once more; only the ports count.
                if (ports.TryGetValue(info.InterfaceIndex, out LabNode? node)
                    && TapFrame.TryRead(_buffer.AsSpan(0, info.Length), TimeOf(info), node, out TapFrame frame))
                {
                    tap._frames.Add(frame);
                }
            }
        }
    }

    /// <summary>The kernel's time on our clock; the smallest of three conversions was disturbed least.</summary>
    private static MonotonicTime TimeOf(in ReceivedFrame info)
    {
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            long realtime = MonotonicClock.RealtimeNanoseconds;
            least = Math.Min(least, MonotonicClock.Now.Nanoseconds - realtime);
        }
        return new(info.RealtimeNanoseconds + least);
    }

    private sealed class Stopper : IReadyHandler
    {
        internal bool Stopped { get; private set; }

        public void OnReady(EpollEvents events) => Stopped = true;
    }
}
