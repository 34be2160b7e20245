using System.Buffers.Binary;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Processes;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Lab;

/// <summary>Asks an address for an echo every millisecond and records when, and by whom, each was answered.</summary>
/// <remarks>
/// One thread, in real time where allowed, allocates nothing while it runs. It records its own delays too: a slot that
/// it missed was never sent, so it is neither answered nor lost.
/// </remarks>
public sealed class PingMeter : IDisposable
{
    private const int EthernetSize = 14;
    private readonly PingOptions _options;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _answered = new();
    private readonly long[] _sentAt;
    private readonly long[] _answeredAt;
    private readonly ulong[] _responder;
    private int _sentCount;
    private int _answeredCount;
    private int _skippedCount;
    private int _sendFailureCount;
    private long _delayMaxNanoseconds;
    private ulong _lastResponder;
    private volatile bool _stop;

    private PingMeter(PingOptions options, LabLink client)
    {
        _options = options;
        Client = client;
        int count = (int)(options.DurationMax / options.Interval) + 1;
        _sentAt = new long[count];
        _answeredAt = new long[count];
        _responder = new ulong[count];
        ushort identifier = (ushort)(0x4846 ^ options.Target.GetHashCode());
        (IcmpEchoSocket echo, PacketSocket packets) = client.Node.Run(() => (
            IcmpEchoSocket.Open(options.Target.Family, identifier, client.Index),
            PacketSocket.Open(3, client.Index, Filter(options.Target.IsV4, identifier), 1024 * 1024)));
        _thread = new Thread(() => Work(echo, packets)) { IsBackground = true, Name = "lab ping" };
        _thread.Start();
    }

    /// <summary>Where the requests come from.</summary>
    public LabLink Client { get; }

    /// <summary>Whether the thread runs in real time: else its own delays are larger.</summary>
    public bool IsRealTime { get; private set; }

    /// <summary>Who sent the last reply; null before the first.</summary>
    public LabNode? LastResponder { get; private set; }

    /// <summary>Begins to ask.</summary>
    /// <param name="client">The card that the requests leave by.</param>
    /// <param name="options">What to do.</param>
    public static PingMeter Start(LabLink client, PingOptions options) => new(options, client);

    /// <summary>Begins to ask an address every millisecond.</summary>
    public static PingMeter Start(LabLink client, IpAddress target) => new(new PingOptions { Target = target }, client);

    /// <summary>Waits for the next reply.</summary>
    /// <exception cref="LabTimeoutException">None came.</exception>
    public void WaitForReply(TimeSpan timeout)
    {
        _answered.Reset();
        if (!_answered.Wait(timeout))
        {
            throw new LabTimeoutException($"{_options.Target} did not answer within {timeout.TotalSeconds:F1} s");
        }
    }

    /// <summary>What was measured so far. Requests that may still be answered in time are left out.</summary>
    /// <param name="from">Requests sent before are left out.</param>
    public PingReport Report(MonotonicTime from = default)
    {
        int count = Volatile.Read(ref _sentCount);
        long settled = MonotonicClock.Now.Nanoseconds - (_options.ReplyMax.Ticks * 100);
        var samples = new List<PingSample>(count);
        for (int i = 0; i < count && _sentAt[i] <= settled; i++)
        {
            if (_sentAt[i] >= from.Nanoseconds)
            {
                long answeredAt = Volatile.Read(ref _answeredAt[i]);
                bool inTime = answeredAt != 0 && answeredAt - _sentAt[i] <= _options.ReplyMax.Ticks * 100;
                samples.Add(new(new(_sentAt[i]), inTime ? new(answeredAt) : MonotonicTime.Never,
                    inTime ? NodeOf(new(_responder[i])) : null));
            }
        }
        return new PingReport(samples, _options.Interval, new(Volatile.Read(ref _delayMaxNanoseconds) / 100),
            Volatile.Read(ref _skippedCount), Volatile.Read(ref _sendFailureCount));
    }

    /// <summary>Stops asking, waits for the last replies and reports.</summary>
    /// <param name="from">Requests sent before are left out.</param>
    public PingReport Stop(MonotonicTime from = default)
    {
        _stop = true;
        _thread.Join();
        return Report(from);
    }

    /// <summary>Stops.</summary>
    public void Dispose()
    {
        _ = Stop();
        _answered.Dispose();
    }

    private static FilterInstruction[] Filter(bool v4, ushort identifier) =>
    [
        ClassicFilter.LoadHalf(12), ClassicFilter.JumpIfEqual(v4 ? 0x0800u : 0x86DD, 0, 7),
        ClassicFilter.LoadByte(v4 ? 23u : 20), ClassicFilter.JumpIfEqual(v4 ? 1u : 58, 0, 5),
        ClassicFilter.LoadByte(v4 ? 34u : 54), ClassicFilter.JumpIfEqual(v4 ? 0u : 129, 0, 3),
        ClassicFilter.LoadHalf(v4 ? 38u : 58), ClassicFilter.JumpIfEqual(identifier, 0, 1),
        ClassicFilter.Accept, ClassicFilter.Drop,
    ];

    private LabNode? NodeOf(MacAddress mac) => Client.Segment.Links.FirstOrDefault(link => link.Mac == mac)?.Node;

    private void Work(IcmpEchoSocket echo, PacketSocket packets)
    {
        IsRealTime = OwnProcess.SetScheduler(
            SchedulingPolicy.SCHED_RR, _options.RealTimePriority, resetOnFork: true) == Errno.Success;
        using (echo)
        using (packets)
        using (var loop = new EpollLoop())
        {
            loop.Add(packets.Descriptor, EpollEvents.EPOLLIN, new Receiver(this, packets));
            MonotonicTime due = MonotonicClock.Now;
            while (!_stop && _sentCount < _sentAt.Length)
            {
                WaitUntil(loop, due);
                due = SendOne(echo, due) + _options.Interval;
            }
            WaitUntil(loop, MonotonicClock.Now + _options.ReplyMax + TimeSpan.FromMilliseconds(1));
        }
    }

    private static void WaitUntil(EpollLoop loop, MonotonicTime due)
    {
        do
        {
            _ = loop.RunOnce(due);
        }
        while (MonotonicClock.Now < due);
    }

    private MonotonicTime SendOne(IcmpEchoSocket echo, MonotonicTime due)
    {
        MonotonicTime now = MonotonicClock.Now;
        long delay = now.Nanoseconds - due.Nanoseconds;
        if (delay > _delayMaxNanoseconds)
        {
            Volatile.Write(ref _delayMaxNanoseconds, delay);
        }
        // Slots that passed while we did not run are given up: a burst afterwards would say nothing about them.
        long interval = _options.Interval.Ticks * 100;
        long missed = delay / interval;
        _skippedCount += (int)missed;
        _sentAt[_sentCount] = now.Nanoseconds;
        if (echo.Send(_options.Target, (ushort)_sentCount) != Errno.Success)
        {
            _sendFailureCount++; // no route or no carrier: the request is lost, which is what is measured
        }
        Volatile.Write(ref _sentCount, _sentCount + 1);
        return new(due.Nanoseconds + (missed * interval));
    }

    private void Received(ReadOnlySpan<byte> frame)
    {
        int offset = EthernetSize + (_options.Target.IsV4 ? 20 : 40) + 6;
        ushort sequence = BinaryPrimitives.ReadUInt16BigEndian(frame[offset..]);
        // The request with this number that was sent last.
        int index = _sentCount - 1 - (ushort)(_sentCount - 1 - sequence);
        if (index >= 0 && _answeredAt[index] == 0)
        {
            MacAddress source = MacAddress.FromBytes(frame.Slice(6, 6));
            _responder[index] = source.Value;
            Volatile.Write(ref _answeredAt[index], MonotonicClock.Now.Nanoseconds);
            if (_answeredCount++ == 0 || _responder[index] != _lastResponder)
            {
                _lastResponder = source.Value;
                LastResponder = NodeOf(source);
            }
            if (!_answered.IsSet)
            {
                _answered.Set();
            }
        }
    }

    private sealed class Receiver(PingMeter meter, PacketSocket packets) : IReadyHandler
    {
        private readonly byte[] _buffer = new byte[256];

        public void OnReady(EpollEvents events)
        {
            while (packets.TryReceive(_buffer, out _) == Errno.Success)
            {
                meter.Received(_buffer);
            }
        }
    }
}
