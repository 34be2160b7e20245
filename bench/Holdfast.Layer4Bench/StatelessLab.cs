using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Holdfast.Lab;
using Holdfast.Linux;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Layer4Bench;

/// <summary>
/// A client, servers and a switch that are small XDP programs (peers.bpf.c), so that the CPU of the machine is the
/// director's. 64 connections are under way at any time: where one ends, the next begins.
/// </summary>
internal sealed class StatelessLab : IConnectionLab
{
    private const int Together = 64;
    private const int ConnectionsMax = 250_000;

    /// <summary>So few of those together that the rest is not slower for it. Peers send nothing twice: what a full
    /// queue of a busy machine drops does not come back.</summary>
    private const int LostMax = 8;

    private const int AnswersMax = 20;
    private const uint Begun = 0;
    private const uint Ended = 1;
    private const uint Refused = 2;

    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Lab.Lab _lab = Lab.Lab.Create();
    private readonly List<IDisposable> _owned = [];
    private readonly ManualResetEventSlim _never = new();
    private readonly LabLink _client;
    private readonly LabLink _director;
    private readonly LabLink[] _servers;
    private readonly BenchProgram _clientProgram;
    private readonly PacketSocket _seeds;

    /// <summary>Makes it.</summary>
    /// <param name="peersObject">Path of the compiled peers.bpf.c.</param>
    internal StatelessLab(string peersObject)
    {
        LabSegment lan = _lab.AddSegment();
        _client = lan.Attach(_lab.AddNode("client"), PeerLayout.Client + "/24");
        _director = lan.Attach(
            _lab.AddNode("director"), PeerLayout.Director + "/24", PeerLayout.VirtualAddress + "/32");
        _servers = [.. Enumerable.Range(1, PeerLayout.Servers).Select(number => lan.Attach(
            _lab.AddNode($"server{number}"), PeerLayout.ServerOf(number) + "/24"))];
        PeerLayout.Prepare(Director);
        PeerLayout.Run(Director, "ip", "route", "add", "10.64.0.0/24", "via", PeerLayout.Client);
        foreach (LabLink link in (LabLink[])[_client, .. _servers])
        {
            PeerLayout.Run(Director, "ip", "neighbor", "replace", link.Addresses[0].Address.ToString(), "lladdr",
                link.Mac.ToString(), "dev", "eth0", "nud", "permanent");
        }
        _clientProgram = Own(BenchProgram.Load(peersObject, "client"));
        _ = _client.Node.Run(() => _clientProgram.Attach(_client.Index));
        BenchProgram servers = Own(BenchProgram.Load(peersObject, "server"));
        SetCourse(servers, 0, IpAddress.Parse(PeerLayout.VirtualAddress), _client.Mac);
        foreach (LabLink link in _servers)
        {
            _ = link.Node.Run(() => servers.Attach(link.Index));
        }
        BenchProgram wire = Own(BenchProgram.Load(peersObject, "wire"));
        foreach (LabLink link in lan.Links)
        {
            _ = lan.Run(() => Switch(wire, link));
        }
        _seeds = Own(_servers[0].Node.Run(PacketSocket.OpenSender));
    }

    public LabNode Director => _director.Node;

    public bool Takes(Contender contender) => true;

    public Turn Measure(Contender contender)
    {
        LabLink target = contender.Name == Contender.Nobody ? _servers[0] : _director;
        IpAddress address = contender.Name == Contender.Nobody
            ? _servers[0].Addresses[0].Address : IpAddress.Parse(PeerLayout.VirtualAddress);
        WaitForAnswer(target, address);
        ulong begun = Read(Begun);
        ulong ended = Read(Ended);
        ulong refused = Read(Refused);
        ulong limit = begun + ConnectionsMax;
        SetCourse(_clientProgram, limit, address, target.Mac);
        for (int i = 0; i < Together; i++)
        {
            SendSeed();
        }
        Wait(s_warmUp);
        Turn turn = Watch(limit);
        SetCourse(_clientProgram, 0, address, target.Mac);
        long missing = 0;
        _ = Until(() => (missing = (long)(Read(Begun) - begun) - (long)(Read(Ended) - ended - Together)) == 0);
        refused = Read(Refused) - refused;
        return refused == 0 && Math.Abs(missing) <= LostMax ? turn with { Lost = missing }
            : throw new InvalidOperationException($"{missing} connections lost, {refused} refused");
    }

    public void Dispose()
    {
        for (int i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }
        _lab.Dispose();
        _never.Dispose();
    }

    private Turn Watch(ulong limit)
    {
        MonotonicTime from = MonotonicClock.Now;
        double busy = MachineCpu.BusySeconds;
        ulong before = Read(Ended);
        do
        {
            Wait(s_step);
        }
        while (MonotonicClock.Now - from < s_window && Read(Begun) < limit);
        ulong after = Read(Ended);
        busy = MachineCpu.BusySeconds - busy;
        return new(after - before, (MonotonicClock.Now - from).TotalSeconds, busy);
    }

    // The contender has been started, but need not be ready.
    private void WaitForAnswer(LabLink target, IpAddress address)
    {
        for (int i = 0; i < AnswersMax; i++)
        {
            ulong ended = Read(Ended);
            SetCourse(_clientProgram, Read(Begun) + 1, address, target.Mac);
            SendSeed();
            if (Until(() => Read(Ended) == ended + 2, TimeSpan.FromMilliseconds(500)))
            {
                return;
            }
        }
        throw new InvalidOperationException("nothing comes through");
    }

    // The last segment of a connection, at which the client begins the next.
    private void SendSeed()
    {
        byte[] frame = FlowFrame.Make(0, 0x0A400000, 1024, FlowFrame.Ack)[..54];
        _client.Mac.CopyTo(frame);
        _servers[0].Mac.CopyTo(frame.AsSpan(6));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(34), PeerLayout.Port);
        frame[45] = 3; // the lowest byte of the acknowledgment
        LinuxException.ThrowIf(_seeds.Send(frame, _servers[0].Index), "send a frame");
    }

    private static bool Switch(BenchProgram wire, LabLink link)
    {
        uint place = (uint)link.Node.Number;
        uint port = (uint)link.PortIndex;
        LinuxException.ThrowIf(wire["ports"].Set(Bytes(in place), Bytes(in port)), "fill the switch");
        return wire.Attach(link.PortIndex);
    }

    private static void SetCourse(BenchProgram program, ulong limit, IpAddress address, MacAddress mac)
    {
        Span<byte> course = stackalloc byte[24];
        course.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(course, limit);
        _ = address.CopyTo(course[8..]);
        mac.CopyTo(course[12..]);
        uint zero = 0;
        LinuxException.ThrowIf(program["courses"].Set(Bytes(in zero), course), "set a course");
    }

    private static ReadOnlySpan<byte> Bytes(in uint number) => MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in number));

    private ulong Read(uint counter)
    {
        ulong value = 0;
        LinuxException.ThrowIf(_clientProgram["counters"].TryGet(
            Bytes(in counter), MemoryMarshal.AsBytes(new Span<ulong>(ref value))), "read a counter");
        return value;
    }

    private bool Until(Func<bool> condition, TimeSpan? limit = null)
    {
        MonotonicTime from = MonotonicClock.Now;
        bool isTrue = condition();
        while (!isTrue && MonotonicClock.Now - from < (limit ?? s_patience))
        {
            Wait(s_step);
            isTrue = condition();
        }
        return isTrue;
    }

    private void Wait(TimeSpan time) => _never.Wait(time);

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
