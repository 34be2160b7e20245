using System.Collections.Immutable;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.IpvsGuest;

/// <summary>Every command of the client, every attribute, every refusal that has a meaning.</summary>
internal static class ClientCases
{
    private const int ManyServices = 700;
    private const int ManyServers = 300;

    private static readonly string[] Schedulers =
        ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh"];

    internal static IEnumerable<(string Name, Action<Kernel> Run)> All =>
    [
        ("GetInfo_Kernel_SaysVersionAndTableSize", GetInfo),
        ("Timeouts_Set_ComeBackAndZeroKeeps", Timeouts),
        ("Service_EveryScheduler_ComesBackEqual", EveryScheduler),
        ("Service_EverySetting_ComesBackEqual", EverySetting),
        ("Service_Edited_HasNewSettingsOnly", EditService),
        ("Server_EveryMethod_ComesBackEqual", EveryMethod),
        ("Server_Edited_HasNewSettingsOnly", EditServer),
        ("Dump_MoreThanOneMessage_IsComplete", LongDump),
        ("Refusals_AreTyped", Refusals),
        ("Zero_OneAndAll_AreAccepted", Zero),
        ("Daemons_EverySetting_ComesBack", Daemons),
    ];

    private static void GetInfo(Kernel kernel)
    {
        Expect.Done(kernel.Client.GetInfo(out IpvsInfo info), "info");
        Expect.Equal(0x010201u, info.Version, "version");
        Expect.Equal(4096u, info.ConnectionTableSize, "table size");
    }

    private static void Timeouts(Kernel kernel)
    {
        Expect.Done(kernel.Client.SetTimeouts(new(901, 121, 301)), "set");
        Expect.Done(kernel.Client.SetTimeouts(new(0, 122, 0)), "set one");
        Expect.Done(kernel.Client.GetTimeouts(out ConnectionTimeouts timeouts), "get");
        Expect.Equal(new(901, 122, 301), timeouts, "timeouts");
        Kernel.Refused(Errno.EINVAL, kernel.Client.SetTimeouts(new(int.MaxValue, 1, 1)), "too long");
    }

    private static void EveryScheduler(Kernel kernel)
    {
        foreach (string scheduler in Schedulers)
        {
            VirtualServiceSpec wanted = Kernel.Service(Kernel.Http, scheduler);
            Expect.Done(kernel.Client.AddService(wanted), $"add {scheduler}");
            Expect.Done(kernel.Client.GetService(Kernel.Http, out ObservedService? found), "get");
            Expect.Equal(wanted, found!.Spec, scheduler);
            Expect.Done(kernel.Client.DeleteService(Kernel.Http), "delete");
        }
    }

    private static void EverySetting(Kernel kernel)
    {
        VirtualServiceSpec[] wanted =
        [
            Kernel.Service(Kernel.Http) with
            {
                Flags = ServiceFlags.Persistent, PersistenceSeconds = 77, Netmask = 0xFFFFFF00,
            },
            Kernel.Service(VirtualServiceKey.At(ServiceProtocol.Tcp, IpAddress.Parse("2001:db8::1"), 0)) with
            {
                Flags = ServiceFlags.Persistent, PersistenceSeconds = 1, Netmask = 64,
            },
            Kernel.Service(VirtualServiceKey.At(ServiceProtocol.Udp, Kernel.Virtual, 53)) with
            {
                Flags = ServiceFlags.OnePacket,
            },
            Kernel.Service(VirtualServiceKey.At(ServiceProtocol.Udp, Kernel.Virtual, 5060)) with
            {
                Flags = ServiceFlags.Persistent, PersistenceSeconds = 360, PersistenceEngine = "sip",
            },
            Kernel.Service(VirtualServiceKey.At(ServiceProtocol.Sctp, Kernel.Virtual, 80), "sh") with
            {
                Flags = ServiceFlags.Scheduler1 | ServiceFlags.Scheduler2,
            },
            Kernel.Service(VirtualServiceKey.Mark(uint.MaxValue), "mh") with { Flags = ServiceFlags.Scheduler3 },
            Kernel.Service(VirtualServiceKey.Mark(1, IpFamily.V6)),
        ];
        foreach (VirtualServiceSpec spec in wanted)
        {
            Expect.Done(kernel.Client.AddService(spec), $"add {spec.Key}");
            Expect.Done(kernel.Client.GetService(spec.Key, out ObservedService? one), $"get {spec.Key}");
            Expect.Equal(spec, one!.Spec, "one");
        }
        Expect.Done(kernel.Client.GetServices(out ImmutableArray<ObservedService> found), "dump");
        Expect.Sequence(wanted.OrderBy(static s => s.ToString(), StringComparer.Ordinal),
            found.Select(static s => s.Spec).OrderBy(static s => s.ToString(), StringComparer.Ordinal), "all");
    }

    private static void EditService(Kernel kernel)
    {
        Expect.Done(kernel.Client.AddService(Kernel.Service(Kernel.Http) with
        {
            Flags = ServiceFlags.Persistent | ServiceFlags.Scheduler2, PersistenceSeconds = 5, Netmask = 0xFF000000,
        }), "add");
        VirtualServiceSpec wanted = Kernel.Service(Kernel.Http, "wlc");
        Expect.Done(kernel.Client.SetService(wanted), "set");
        Expect.Done(kernel.Client.GetService(Kernel.Http, out ObservedService? found), "get");
        Expect.Equal(wanted, found!.Spec, "after the edit");
    }

    private static void EveryMethod(Kernel kernel)
    {
        RealServerSpec tunnel = Kernel.Server(9, ForwardingMethod.Tunnel);
        RealServerSpec[] wanted =
        [
            Kernel.Server(1),
            Kernel.Server(2, ForwardingMethod.Nat) with { Key = new(IpAddress.V4(198, 51, 100, 2), 8080), Weight = 0 },
            Kernel.Server(3, ForwardingMethod.Nat) with { UpperThreshold = 70000, LowerThreshold = 60000 },
            Kernel.Server(4, ForwardingMethod.Tunnel) with { Weight = int.MaxValue },
            Kernel.Server(5, ForwardingMethod.Bypass),
            tunnel with { TunnelKind = TunnelKind.Gue, TunnelPort = 6080 },
            tunnel with
            {
                Key = new(IpAddress.V4(198, 51, 100, 10), 80),
                TunnelKind = TunnelKind.Gue,
                TunnelPort = 6081,
                TunnelChecksum = TunnelChecksum.Full,
            },
            tunnel with
            {
                Key = new(IpAddress.V4(198, 51, 100, 11), 80),
                TunnelKind = TunnelKind.Gue,
                TunnelPort = 6082,
                TunnelChecksum = TunnelChecksum.Remote,
            },
            tunnel with
            {
                Key = new(IpAddress.V4(198, 51, 100, 12), 80),
                TunnelKind = TunnelKind.Gre,
                TunnelChecksum = TunnelChecksum.Full,
            },
            tunnel with { Key = new(IpAddress.Parse("2001:db8::7"), 80) },
        ];
        Expect.Done(kernel.Client.AddService(Kernel.Service(Kernel.Http)), "service");
        foreach (RealServerSpec server in wanted)
        {
            Expect.Done(kernel.Client.AddServer(Kernel.Http, server), $"add {server.Key}");
        }
        Expect.Done(kernel.Client.GetServers(Kernel.Http, out ImmutableArray<ObservedServer> found), "dump");
        Expect.Sequence(wanted.Reverse(), found.Select(static s => s.Spec), "servers");
        foreach (RealServerSpec server in wanted)
        {
            Expect.Done(kernel.Client.DeleteServer(Kernel.Http, server.Key), $"delete {server.Key}");
        }
        Expect.Equal(1, kernel.Table().Length, "entries left");
    }

    private static void EditServer(Kernel kernel)
    {
        Expect.Done(kernel.Client.AddService(Kernel.Service(Kernel.Http)), "service");
        RealServerSpec first = Kernel.Server(1, ForwardingMethod.Tunnel) with
        {
            TunnelKind = TunnelKind.Gue, TunnelPort = 1, TunnelChecksum = TunnelChecksum.Full, UpperThreshold = 9,
        };
        Expect.Done(kernel.Client.AddServer(Kernel.Http, first), "add");
        foreach (RealServerSpec wanted in (RealServerSpec[])[
            Kernel.Server(1, ForwardingMethod.Tunnel), Kernel.Server(1, ForwardingMethod.Nat) with { Weight = 3 }])
        {
            Expect.Done(kernel.Client.SetServer(Kernel.Http, wanted), "set");
            Expect.Done(kernel.Client.GetServers(Kernel.Http, out ImmutableArray<ObservedServer> found), "get");
            Expect.Equal(wanted, found[0].Spec, "after the edit");
        }
    }

    private static void LongDump(Kernel kernel)
    {
        for (int i = 1; i <= ManyServices; i++)
        {
            Expect.Done(kernel.Client.AddService(Kernel.Service(VirtualServiceKey.Mark((uint)i))), "service");
        }
        VirtualServiceKey first = VirtualServiceKey.Mark(1);
        for (int i = 0; i < ManyServers; i++)
        {
            RealServerKey key = new(IpAddress.V4(10, 0, (byte)(i >> 8), (byte)i), 80);
            Expect.Done(kernel.Client.AddServer(first, new() { Key = key }), "server");
        }
        Expect.Done(kernel.Client.GetServices(out ImmutableArray<ObservedService> services), "services");
        Expect.Equal(ManyServices, services.Select(static s => s.Spec.Key).Distinct().Count(), "services");
        Expect.Done(kernel.Client.GetServers(first, out ImmutableArray<ObservedServer> servers), "servers");
        Expect.Equal(ManyServers, servers.Select(static s => s.Spec.Key).Distinct().Count(), "servers");
    }

    private static void Refusals(Kernel kernel)
    {
        IpvsClient client = kernel.Client;
        VirtualServiceSpec service = Kernel.Service(Kernel.Http);
        RealServerSpec server = Kernel.Server(1);
        Kernel.Refused(Errno.ESRCH, client.GetService(Kernel.Http, out _), "get a service that is not there");
        Kernel.Refused(Errno.ESRCH, client.SetService(service), "set a service that is not there");
        Kernel.Refused(Errno.ESRCH, client.DeleteService(Kernel.Http), "delete a service that is not there");
        Kernel.Refused(Errno.ESRCH, client.ZeroService(Kernel.Http), "zero a service that is not there");
        Kernel.Refused(Errno.ESRCH, client.AddServer(Kernel.Http, server), "add to a service that is not there");
        Kernel.Refused(Errno.ENOENT, client.AddService(service with { Scheduler = "nosuch" }), "scheduler");
        Kernel.Refused(Errno.ENOENT, client.AddService(service with { PersistenceEngine = "nosuch" }), "engine");
        Expect.Done(client.AddService(service), "add");
        Kernel.Refused(Errno.EEXIST, client.AddService(service), "add twice");
        Kernel.Refused(Errno.ENOENT, client.SetServer(Kernel.Http, server), "set a server that is not there");
        Kernel.Refused(Errno.ENOENT, client.DeleteServer(Kernel.Http, server.Key), "delete a server that is not there");
        Expect.Done(client.AddServer(Kernel.Http, server), "add server");
        Kernel.Refused(Errno.EEXIST, client.AddServer(Kernel.Http, server), "add server twice");
        Kernel.Refused(Errno.ERANGE, client.SetServer(Kernel.Http, server with { LowerThreshold = 1 }), "thresholds");
        Kernel.Refused(Errno.EINVAL,
            client.AddServer(Kernel.Http, server with { Key = new(IpAddress.V4(224, 0, 0, 1), 80) }), "multicast");
        Kernel.Refused(Errno.ESRCH, client.StopDaemon(SyncRole.Master), "no daemon");
        Kernel.Refused(Errno.ENODEV,
            client.StartDaemon(new() { Role = SyncRole.Master, Interface = "nosuch" }), "interface");
    }

    private static void Zero(Kernel kernel)
    {
        Expect.Done(kernel.Client.AddService(Kernel.Service(Kernel.Http)), "add");
        Expect.Done(kernel.Client.ZeroService(Kernel.Http), "one");
        Expect.Done(kernel.Client.ZeroAll(), "all");
    }

    private static void Daemons(Kernel kernel)
    {
        SyncDaemonSpec master = new()
        {
            Role = SyncRole.Master,
            Interface = "dummy0",
            SyncId = 7,
            LengthMax = 1024,
            Group = IpAddress.V4(224, 1, 2, 3),
            Port = 9999,
            Ttl = 3,
        };
        SyncDaemonSpec backup = master with
        {
            Role = SyncRole.Backup, SyncId = 0, Group = IpAddress.Parse("ff02::99"), Port = 9998,
        };
        Expect.Done(kernel.Client.StartDaemon(master), "master");
        Expect.Done(kernel.Client.StartDaemon(backup), "backup");
        Kernel.Refused(Errno.EEXIST, kernel.Client.StartDaemon(master), "twice");
        Expect.Done(kernel.Client.GetDaemons(out ImmutableArray<SyncDaemonSpec> found), "get");
        Expect.Sequence([master, backup], found, "daemons");
        Expect.Done(kernel.Client.StopDaemon(SyncRole.Master), "stop");
        Expect.Done(kernel.Client.StopDaemon(SyncRole.Backup), "stop");
        Expect.Done(kernel.Client.GetDaemons(out found), "get");
        Expect.Equal(0, found.Length, "daemons");
        for (int i = 0; i < 100; i++)
        {
            // So soon after its start that its thread may not have run: the kernel does not answer then.
            Expect.Done(kernel.Client.StartDaemon(backup), "start");
            Expect.Done(kernel.Client.StopDaemon(SyncRole.Backup), "stop at once");
        }
    }
}
