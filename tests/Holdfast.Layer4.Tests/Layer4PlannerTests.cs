using System.Collections.Immutable;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Planning;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Tests;

/// <summary>What is wanted, seen and ours, and what follows from it.</summary>
public sealed class Layer4PlannerTests
{
    private const int Seeds = 200;

    [Fact]
    public void Plan_NothingThere_AddsServiceThenServers()
        => Assert.Equal(
            ["add service FWM 1 (rr)", "add server 10.0.0.1:80 to FWM 1 (Nat, weight 1)"],
            Layer4Planner.Plan([Pool(1, "rr", 1)], [], []).Select(static o => o.ToString()));

    [Fact]
    public void Plan_AllThere_ChangesNothing()
        => Assert.Empty(Layer4Planner.Plan([Pool(1, "rr", 1)], [Pool(1, "rr", 1)], [Pool(1, "rr", 1)]));

    [Fact]
    public void Plan_SettingsDiffer_ChangesThemInPlace()
    {
        PoolSpec wanted = Pool(1, "wlc", 1) with { Servers = [Server(1) with { Weight = 5 }] };

        Assert.Equal(
            ["change service FWM 1 (wlc)", "change server 10.0.0.1:80 of FWM 1 (Nat, weight 5)"],
            Layer4Planner.Plan([wanted], [Pool(1, "rr", 1)], []).Select(static o => o.ToString()));
    }

    [Fact]
    public void Plan_ServerReplaced_AddsBeforeItRemoves()
        => Assert.Equal([Layer4Verb.AddServer, Layer4Verb.DeleteServer],
            Layer4Planner.Plan([Pool(1, "rr", 2)], [Pool(1, "rr", 1)], [Pool(1, "rr", 1)]).Select(static o => o.Verb));

    [Fact]
    public void Plan_ForeignEntries_StayAsTheyAre()
        => Assert.Empty(Layer4Planner.Plan(
            [Pool(1, "rr", 1)], [Pool(1, "rr", 1, 7), Pool(9, "sh", 3)], [Pool(1, "rr", 1)]));

    [Fact]
    public void Plan_OursNoLongerWanted_IsRemoved()
        => Assert.Equal(["remove service FWM 1"],
            Layer4Planner.Plan([], [Pool(1, "rr", 1), Pool(2, "rr")], [Pool(1, "rr", 1)])
                .Select(static o => o.ToString()));

    [Fact]
    public void Plan_AbsentServer_IsRemovedThoughNotOursAndStaysWhereWanted()
    {
        PoolSpec wanted = Pool(1, "rr", 1) with { Absent = [Server(1).Key, Server(2).Key, Server(3).Key] };

        Assert.Equal(["remove server 10.0.0.2:80 from FWM 1"],
            Layer4Planner.Plan([wanted], [Pool(1, "rr", 1, 2, 7)], []).Select(static o => o.ToString()));
    }

    [Fact]
    public void Remaining_WhatCouldNotBeRemoved_StaysOurs()
    {
        PoolSpec[] ours = [Pool(1, "rr", 1, 2, 3), Pool(2, "rr", 4), Pool(3, "rr", 5)];
        PoolSpec[] wanted = [Pool(1, "rr", 1)];
        Layer4Outcome[] outcomes = [.. Layer4Planner.Plan(wanted, ours, ours).Select(static o => new Layer4Outcome(
            o, o.ToString().Contains(".3:", StringComparison.Ordinal) || o.Key.FirewallMark == 2
                ? new NetlinkResult(Errno.EBUSY) : default))];

        Assert.Equal(Text([Pool(1, "rr", 1, 3), Pool(2, "rr", 4)]),
            Text(Layer4Planner.Remaining(wanted, ours, outcomes)));
    }

    [Fact]
    public void Plan_OursIsGoneAlready_IsNotRemovedAgain()
        => Assert.Empty(Layer4Planner.Plan([], [], [Pool(1, "rr", 1)]));

    [Fact]
    public void Plan_AnyState_IsReachedInOneStepAndLeavesOthersAlone()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            Random random = new(seed);
            PoolSpec[] foreign = [Pool(100, "rr", 200), Pool(101, "sh", 201, 202)];
            ImmutableArray<PoolSpec> ours = [];
            Table table = new(foreign);
            for (int round = 0; round < 5; round++)
            {
                PoolSpec[] wanted = RandomPools(random);
                table.Carry(Layer4Planner.Plan(wanted, table.Pools, ours));
                ours = [.. wanted];

                Assert.Empty(Layer4Planner.Plan(wanted, table.Pools, ours));
                Assert.Equal(Text(foreign.Concat(wanted)), Text(table.Pools));
            }
        }
    }

    private static PoolSpec[] RandomPools(Random random) => [.. Enumerable.Range(1, 6)
        .Where(_ => random.Next(2) == 0)
        .Select(mark => new PoolSpec(
            Pool((uint)mark, random.Next(2) == 0 ? "rr" : "wlc").Service,
            [.. Enumerable.Range(1, 5).Where(_ => random.Next(2) == 0)
                .Select(s => Server((byte)s) with { Weight = (uint)random.Next(3) })]))];

    private static IEnumerable<string> Text(IEnumerable<PoolSpec> pools) => pools
        .SelectMany(static p => p.Servers.Select(s => $"{p.Service} {s}").Append($"{p.Service}"))
        .Order(StringComparer.Ordinal);

    private static PoolSpec Pool(uint mark, string scheduler, params ReadOnlySpan<byte> servers)
    {
        ImmutableArray<RealServerSpec>.Builder list = ImmutableArray.CreateBuilder<RealServerSpec>();
        foreach (byte server in servers)
        {
            list.Add(Server(server));
        }
        return new(new() { Key = VirtualServiceKey.Mark(mark), Scheduler = scheduler }, list.ToImmutable());
    }

    private static RealServerSpec Server(byte last)
        => new() { Key = new(IpAddress.V4(10, 0, 0, last), 80), Forwarding = ForwardingMethod.Nat };

    /// <summary>A kernel's table that does what it is told, and nothing that cannot be done.</summary>
    private sealed class Table(IEnumerable<PoolSpec> start)
    {
        private readonly Dictionary<VirtualServiceKey, VirtualServiceSpec> _services =
            start.ToDictionary(static p => p.Service.Key, static p => p.Service);

        private readonly Dictionary<VirtualServiceKey, Dictionary<RealServerKey, RealServerSpec>> _servers =
            start.ToDictionary(static p => p.Service.Key, static p => p.Servers.ToDictionary(static s => s.Key));

        public PoolSpec[] Pools => [.. _services.Values.Select(s => new PoolSpec(s, [.. _servers[s.Key].Values]))];

        public void Carry(IEnumerable<Layer4Operation> operations)
        {
            foreach (Layer4Operation operation in operations)
            {
                Carry(operation);
            }
        }

        private void Carry(Layer4Operation operation)
        {
            switch (operation.Verb)
            {
                case Layer4Verb.AddService:
                    _services.Add(operation.Key, operation.Service!);
                    _servers.Add(operation.Key, []);
                    break;
                case Layer4Verb.SetService:
                    Assert.True(_services.ContainsKey(operation.Key));
                    _services[operation.Key] = operation.Service!;
                    break;
                case Layer4Verb.DeleteService:
                    Assert.True(_services.Remove(operation.Key));
                    _servers.Remove(operation.Key);
                    break;
                case Layer4Verb.AddServer:
                    _servers[operation.Key].Add(operation.Server!.Key, operation.Server);
                    break;
                case Layer4Verb.SetServer:
                    Assert.True(_servers[operation.Key].ContainsKey(operation.Server!.Key));
                    _servers[operation.Key][operation.Server.Key] = operation.Server;
                    break;
                default:
                    Assert.True(_servers[operation.Key].Remove(operation.Server!.Key));
                    break;
            }
        }
    }
}
