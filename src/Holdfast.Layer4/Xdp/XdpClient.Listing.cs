using System.Collections.Immutable;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp.Layout;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4.Xdp;

/// <summary>What is there, and what it has counted.</summary>
public sealed partial class XdpClient
{
    /// <summary>What <c>ipvsadm -L</c> says of the plane: version 1.2.1 of IPVS, and the size of the table.</summary>
    public IpvsInfo Info => new(0x010201, (uint)_maps["connections4"].EntriesMax);

    /// <summary>What became of packets, since the program was loaded or the state was pinned.</summary>
    public IReadOnlyDictionary<DirectorCause, ulong> ReadCauses()
        => Enum.GetValues<DirectorCause>().ToDictionary(static c => c, c => _maps.CauseOf((int)c));

    /// <summary>How many servers can be sent to: their Ethernet address is known, or they are this machine.</summary>
    public int CountReady()
    {
        DirectorState state = Load();
        return state.Keys.Values.SelectMany(state.Members).Count(i => (state.Servers[i].Flags
            & (DirectorServerFlags.Resolved | DirectorServerFlags.Local)) != 0);
    }

    /// <summary>How many services this node schedules for at present.</summary>
    public int CountActive()
    {
        DirectorState state = Load();
        return state.Keys.Values.Count(slot => (state.Services[slot].Flags & DirectorServiceFlags.Active) != 0);
    }

    /// <inheritdoc/>
    public NetlinkResult GetService(VirtualServiceKey key, out ObservedService? service)
    {
        _ = Observe(out ImmutableArray<ObservedPool> pools);
        service = pools.FirstOrDefault(pool => pool.Service.Spec.Key == key)?.Service;
        return service is null ? new(Errno.ESRCH) : default;
    }

    /// <inheritdoc/>
    public NetlinkResult GetServers(VirtualServiceKey service, out ImmutableArray<ObservedServer> servers)
    {
        _ = Observe(out ImmutableArray<ObservedPool> pools);
        servers = pools.FirstOrDefault(pool => pool.Service.Spec.Key == service)?.Servers ?? [];
        return default;
    }

    /// <inheritdoc/>
    public NetlinkResult Observe(out ImmutableArray<ObservedPool> pools)
    {
        DirectorState state = Load();
        CountersRecord[] counters = _maps.AllCounters();
        var rates = new RatesRecord[state.Servers.Length];
        _maps.ReadArray<RatesRecord>("server_rates", rates);
        (uint Active, uint Inactive, uint Templates)[] connections = CountConnections(state);
        pools = [.. state.Keys.Values.Order().Select(slot => new ObservedPool(
            new(state.Services[slot].ToSpec(), ServiceCounters(state, slot, counters, rates)),
            [.. state.Members(slot).Reverse().Select(i => new ObservedServer(
                state.Servers[i].ToSpec(), Traffic(counters[i].Since(state.Servers[i].Zero), Current(state, i, rates)),
                connections[i].Active, connections[i].Inactive, connections[i].Templates))]))];
        return default;
    }

    /// <inheritdoc/>
    public NetlinkResult GetTimeouts(out ConnectionTimeouts timeouts)
    {
        timeouts = ConnectionTimeoutTable.Of(_maps.Get<SettingsRecord>("settings", 0));
        return default;
    }

    /// <inheritdoc/>
    public NetlinkResult SetTimeouts(ConnectionTimeouts timeouts)
    {
        SettingsRecord settings = _maps.Get<SettingsRecord>("settings", 0);
        if (!ConnectionTimeoutTable.TrySet(ref settings, timeouts))
        {
            return new(Errno.EINVAL);
        }
        _maps.Set("settings", 0, settings);
        return default;
    }

    /// <summary>Takes out what has expired, so that the schedulers that count connections do not count it.</summary>
    /// <param name="now">CLOCK_MONOTONIC, in nanoseconds; null for the present.</param>
    internal void Sweep(ulong? now = null)
    {
        using Lock.Scope gate = _sweepGate.EnterScope();
        _sweep ??= new(_maps);
        _sweep.Run(Load(), now ?? (ulong)MonotonicClock.Now.Nanoseconds);
    }

    /// <summary>One measurement of all rates.</summary>
    internal void StepRates()
    {
        DirectorState state = Load();
        CountersRecord[] counters = _maps.AllCounters();
        var rates = new RatesRecord[state.Servers.Length];
        _maps.ReadArray<RatesRecord>("server_rates", rates);
        foreach (int server in state.Keys.Values.SelectMany(state.Members))
        {
            RateEstimator.Step(ref rates[server], counters[server], state.Servers[server].Generation);
            _maps.Set("server_rates", server, rates[server]);
        }
    }

    private static TrafficCounters ServiceCounters(
        DirectorState state, int slot, CountersRecord[] counters, RatesRecord[] rates)
    {
        CountersRecord sum = state.Services[slot].Past;
        RatesRecord rate = default;
        foreach (int server in state.Members(slot))
        {
            RatesRecord one = Current(state, server, rates);
            sum = sum.Plus(counters[server]);
            rate.ConnectionRate += one.ConnectionRate;
            rate.PacketRate += one.PacketRate;
            rate.ByteRate += one.ByteRate;
            rate.OutPacketRate += one.OutPacketRate;
            rate.OutByteRate += one.OutByteRate;
        }
        return Traffic(sum.Since(state.Services[slot].Zero), rate);
    }

    private static RatesRecord Current(DirectorState state, int server, RatesRecord[] rates)
        => rates[server].Generation == state.Servers[server].Generation ? rates[server] : default;

    // With direct routing and tunnels, answers do not come by here: there is nothing outgoing to count.
    private static TrafficCounters Traffic(in CountersRecord counters, in RatesRecord rates) => new(
        counters.Connections, counters.Packets, counters.OutPackets, counters.Bytes, counters.OutBytes,
        RateEstimator.Rounded(rates.ConnectionRate, RateEstimator.PacketScale),
        RateEstimator.Rounded(rates.PacketRate, RateEstimator.PacketScale),
        RateEstimator.Rounded(rates.OutPacketRate, RateEstimator.PacketScale),
        RateEstimator.Rounded(rates.ByteRate, RateEstimator.ByteScale),
        RateEstimator.Rounded(rates.OutByteRate, RateEstimator.ByteScale));
}
