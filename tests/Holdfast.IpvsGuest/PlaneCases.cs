using System.Collections.Immutable;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Planning;

namespace Holdfast.IpvsGuest;

/// <summary>Plans carried out, and the synchronisation daemon kept.</summary>
internal static class PlaneCases
{
    private const int Rounds = 60;

    internal static IEnumerable<(string Name, Action<Kernel> Run)> All =>
    [
        ("Reconcile_ForeignEntries_StayAsTheyAre", Foreign),
        ("Reconcile_Repaired_WhenSomeoneDeletesOurs", Repair),
        ("Reconcile_RandomWishes_AlwaysReached", RandomWishes),
        ("Keeper_Roles_FollowAndLeaveOthersAlone", Keeper),
    ];

    private static void Foreign(Kernel kernel)
    {
        VirtualServiceKey foreign = VirtualServiceKey.Mark(99);
        Expect.Done(kernel.Client.AddService(Kernel.Service(foreign)), "foreign service");
        Expect.Done(kernel.Client.AddServer(foreign, Kernel.Server(50)), "foreign server");
        IpvsPlane plane = new(kernel.Client);
        Expect.Done(plane.Reconcile([Kernel.Pool(Kernel.Service(Kernel.Http), Kernel.Server(1))], out _), "ours");
        Expect.Done(kernel.Client.AddServer(Kernel.Http, Kernel.Server(60)), "foreign server in our service");

        PoolSpec wanted = Kernel.Pool(Kernel.Service(Kernel.Http, "wlc"), Kernel.Server(2));
        Expect.Done(plane.Reconcile([wanted], out ImmutableArray<Layer4Outcome> outcomes), "second wish");
        Expect.Sequence([Layer4Verb.SetService, Layer4Verb.AddServer, Layer4Verb.DeleteServer],
            outcomes.Select(static o => o.Operation.Verb), "operations");
        Expect.Done(kernel.Client.GetServers(Kernel.Http, out ImmutableArray<ObservedServer> servers), "servers");
        Expect.Sequence([2, 60], servers.Select(static s => s.Spec.Key.Address.High >> 32 & 255)
            .Select(static last => (int)last).Order(), "servers");

        Expect.Done(plane.Reconcile([], out _), "nothing any more");
        Expect.Equal(2, kernel.Table().Length, "entries that were never ours");
    }

    private static void Repair(Kernel kernel)
    {
        IpvsPlane plane = new(kernel.Client);
        PoolSpec[] wanted = [Kernel.Pool(Kernel.Service(Kernel.Http), Kernel.Server(1), Kernel.Server(2))];
        Expect.Done(plane.Reconcile(wanted, out _), "first");
        ImmutableArray<string> before = kernel.Table();
        Expect.Equal(0, plane.Plan(wanted, out _).Length, "operations when all is well");
        Expect.Done(kernel.Client.Flush(), "someone flushes");
        Expect.Done(plane.Reconcile(wanted, out _), "again");
        Expect.Sequence(before, kernel.Table(), "table");
    }

    private static void RandomWishes(Kernel kernel)
    {
        Random random = new(20);
        IpvsPlane plane = new(kernel.Client);
        for (int round = 0; round < Rounds; round++)
        {
            PoolSpec[] wanted = [.. Enumerable.Range(0, random.Next(6)).Select(i => Kernel.Pool(
                Kernel.Service(VirtualServiceKey.Mark((uint)(1 + (i * 2) + random.Next(2))),
                    random.Next(2) == 0 ? "rr" : "wlc"),
                [.. Enumerable.Range(0, random.Next(5)).Select(s => Kernel.Server((byte)(s + 1)) with
                {
                    Weight = (uint)random.Next(3),
                    Forwarding = (ForwardingMethod)(random.Next(2) * 2),
                })]))];
            Expect.Done(plane.Reconcile(wanted, out _), $"round {round}");
            Expect.Equal(0, plane.Plan(wanted, out _).Length, $"operations left after round {round}");
            Expect.Equal(wanted.Sum(static p => 1 + p.Servers.Length), kernel.Table().Length, $"entries {round}");
        }
    }

    private static void Keeper(Kernel kernel)
    {
        SyncDaemonSpec settings = new() { Role = SyncRole.Master, Interface = "dummy0", SyncId = 51 };
        SyncDaemonKeeper keeper = new(kernel.Client, settings);
        Roles("", "at first");
        Expect.Done(keeper.SetRole(SyncRole.Backup), "backup");
        Roles("Backup", "backup");
        Expect.Done(keeper.SetRole(SyncRole.Master), "master");
        Roles("Master", "master");
        _ = kernel.Client.StopDaemon(SyncRole.Master);
        Roles("", "someone stops it");
        Expect.Done(keeper.Verify(), "verify");
        Roles("Master", "repaired");
        Expect.Done(keeper.SetRole(null), "none");
        Roles("", "none");

        // A successor finds what a predecessor with the same settings has left, and takes it over.
        Expect.Done(kernel.Client.StartDaemon(settings with { Role = SyncRole.Backup }), "left behind");
        SyncDaemonKeeper successor = new(kernel.Client, settings);
        Expect.Done(successor.SetRole(SyncRole.Master), "successor");
        Roles("Master", "successor");
        Expect.Done(successor.SetRole(null), "none");

        Expect.Done(kernel.Client.StartDaemon(settings with { Role = SyncRole.Backup, SyncId = 9 }), "foreign");
        Expect.Done(keeper.SetRole(SyncRole.Master), "master beside a foreign backup");
        Roles("Master Backup", "both");
        Expect.Done(keeper.SetRole(null), "none");
        Roles("Backup", "foreign");

        void Roles(string expected, string what)
        {
            Expect.Done(kernel.Client.GetDaemons(out ImmutableArray<SyncDaemonSpec> found), "daemons");
            Expect.Equal(expected, string.Join(' ', found.Select(static d => d.Role)), what);
        }
    }
}
