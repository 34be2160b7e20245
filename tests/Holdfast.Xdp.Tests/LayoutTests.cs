using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.RealServers.Decapsulation;
using Holdfast.Layer4.Xdp;
using Holdfast.Layer4.Xdp.Layout;
using Holdfast.Tests.Repository;

namespace Holdfast.Xdp.Tests;

/// <summary>What the program and this process share has the same layout for both: bpf/director.h, asked with gcc.
/// </summary>
public sealed class LayoutTests
{
    private static readonly (string Name, int Size)[] Structures =
    [
        ("service_key", Unsafe.SizeOf<ServiceKeyRecord>()), ("address_key", Unsafe.SizeOf<AddressKeyRecord>()),
        ("service", Unsafe.SizeOf<ServiceRecord>()), ("server", Unsafe.SizeOf<ServerRecord>()),
        ("connection_key4", Unsafe.SizeOf<ConnectionKey4>()), ("connection_key6", Unsafe.SizeOf<ConnectionKey6>()),
        ("connection", Unsafe.SizeOf<ConnectionRecord>()), ("counters", Unsafe.SizeOf<CountersRecord>()),
        ("translation_key", Unsafe.SizeOf<TranslationKey>()), ("translation", Unsafe.SizeOf<TranslationRecord>()),
        ("load", Unsafe.SizeOf<LoadRecord>()), ("last_hop", Unsafe.SizeOf<LastHopRecord>()),
        ("template_key", Unsafe.SizeOf<TemplateKeyRecord>()), ("template", Unsafe.SizeOf<TemplateRecord>()),
        ("rates", Unsafe.SizeOf<RatesRecord>()), ("settings", Unsafe.SizeOf<SettingsRecord>()),
    ];

    private static readonly (string Field, Type Type, string Ours)[] Fields =
    [
        ("translation_key.server_port", typeof(TranslationKey), nameof(TranslationKey.ServerPort)),
        ("translation_key.family", typeof(TranslationKey), nameof(TranslationKey.Family)),
        ("translation.client", typeof(TranslationRecord), nameof(TranslationRecord.Client)),
        ("translation.client_port", typeof(TranslationRecord), nameof(TranslationRecord.ClientPort)),
        ("translation.server", typeof(TranslationRecord), nameof(TranslationRecord.Server)),
        ("last_hop.ifindex", typeof(LastHopRecord), nameof(LastHopRecord.InterfaceIndex)),
        ("last_hop.tag", typeof(LastHopRecord), nameof(LastHopRecord.Tag)),
        ("counters.out_packets", typeof(CountersRecord), nameof(CountersRecord.OutPackets)),
        ("rates.out_byte_rate", typeof(RatesRecord), nameof(RatesRecord.OutByteRate)),
        ("service.flags", typeof(ServiceRecord), nameof(ServiceRecord.Flags)),
        ("service.choose", typeof(ServiceRecord), nameof(ServiceRecord.Choice)),
        ("service.last_resort", typeof(ServiceRecord), nameof(ServiceRecord.LastResort)),
        ("service.key", typeof(ServiceRecord), nameof(ServiceRecord.Key)),
        ("service.table_size", typeof(ServiceRecord), nameof(ServiceRecord.TableSize)),
        ("service.past", typeof(ServiceRecord), nameof(ServiceRecord.Past)),
        ("service.zero", typeof(ServiceRecord), nameof(ServiceRecord.Zero)),
        ("server.service", typeof(ServerRecord), nameof(ServerRecord.Service)),
        ("server.flags", typeof(ServerRecord), nameof(ServerRecord.Flags)),
        ("server.ifindex", typeof(ServerRecord), nameof(ServerRecord.InterfaceIndex)),
        ("server.macs", typeof(ServerRecord), nameof(ServerRecord.Macs)),
        ("server.address", typeof(ServerRecord), nameof(ServerRecord.Address)),
        ("server.last_weight", typeof(ServerRecord), nameof(ServerRecord.LastWeight)),
        ("server.order", typeof(ServerRecord), nameof(ServerRecord.Order)),
        ("server.forwarding", typeof(ServerRecord), nameof(ServerRecord.Forwarding)),
        ("server.tunnel_port", typeof(ServerRecord), nameof(ServerRecord.TunnelPort)),
        ("server.tunnel_kind", typeof(ServerRecord), nameof(ServerRecord.TunnelKind)),
        ("server.tunnel_checksum", typeof(ServerRecord), nameof(ServerRecord.TunnelChecksum)),
        ("server.source", typeof(ServerRecord), nameof(ServerRecord.Source)),
        ("server.mtu", typeof(ServerRecord), nameof(ServerRecord.Mtu)),
        ("server.number", typeof(ServerRecord), nameof(ServerRecord.Number)),
        ("server.zero", typeof(ServerRecord), nameof(ServerRecord.Zero)),
        ("connection_key4.client_port", typeof(ConnectionKey4), nameof(ConnectionKey4.ClientPort)),
        ("connection_key4.protocol", typeof(ConnectionKey4), nameof(ConnectionKey4.Protocol)),
        ("connection_key6.address", typeof(ConnectionKey6), nameof(ConnectionKey6.Address)),
        ("connection_key6.port", typeof(ConnectionKey6), nameof(ConnectionKey6.Port)),
        ("connection.generation", typeof(ConnectionRecord), nameof(ConnectionRecord.Generation)),
        ("connection.state", typeof(ConnectionRecord), nameof(ConnectionRecord.State)),
        ("service.persistence_seconds", typeof(ServiceRecord), nameof(ServiceRecord.PersistenceSeconds)),
        ("service.netmask", typeof(ServiceRecord), nameof(ServiceRecord.Netmask)),
        ("server.weight", typeof(ServerRecord), nameof(ServerRecord.Weight)),
        ("server.upper_threshold", typeof(ServerRecord), nameof(ServerRecord.UpperThreshold)),
        ("server.lower_threshold", typeof(ServerRecord), nameof(ServerRecord.LowerThreshold)),
        ("load.inactive", typeof(LoadRecord), nameof(LoadRecord.Inactive)),
        ("load.is_in_set", typeof(LoadRecord), nameof(LoadRecord.IsInSet)),
        ("template_key.service", typeof(TemplateKeyRecord), nameof(TemplateKeyRecord.Service)),
        ("template_key.generation", typeof(TemplateKeyRecord), nameof(TemplateKeyRecord.Generation)),
        ("template.server", typeof(TemplateRecord), nameof(TemplateRecord.Server)),
        ("rates.packet_rate", typeof(RatesRecord), nameof(RatesRecord.PacketRate)),
        ("settings.udp_timeout", typeof(SettingsRecord), nameof(SettingsRecord.Udp)),
    ];

    private static readonly (string Name, uint Ours)[] Numbers =
    [
        ("SERVICE_ACTIVE", (uint)DirectorServiceFlags.Active), ("SERVICE_SLOPPY", (uint)DirectorServiceFlags.Sloppy),
        ("SERVICE_ONE_PACKET", (uint)DirectorServiceFlags.OnePacket),
        ("SERVICE_HASH_PORT", (uint)DirectorServiceFlags.HashPort),
        ("SERVICE_FALLBACK", (uint)DirectorServiceFlags.Fallback),
        ("SERVICE_AJAR", (uint)DirectorServiceFlags.Ajar),
        ("SERVICE_PERSISTENT", (uint)DirectorServiceFlags.Persistent),
        ("CHOOSE_HASH", (uint)ChoiceKind.Hash), ("CHOOSE_SEQUENCE", (uint)ChoiceKind.Sequence),
        ("CHOOSE_SOURCE", (uint)ChoiceKind.Source), ("CHOOSE_TARGET", (uint)ChoiceKind.Target),
        ("CHOOSE_LC", (uint)ChoiceKind.LeastConnections), ("CHOOSE_WLC", (uint)ChoiceKind.WeightedLeastConnections),
        ("CHOOSE_SED", (uint)ChoiceKind.ShortestDelay), ("CHOOSE_NQ", (uint)ChoiceKind.NeverQueue),
        ("CHOOSE_FO", (uint)ChoiceKind.Failover), ("CHOOSE_OVF", (uint)ChoiceKind.Overflow),
        ("CHOOSE_TWOS", (uint)ChoiceKind.TwoByLot), ("CHOOSE_LBLC", (uint)ChoiceKind.Locality),
        ("CHOOSE_LBLCR", (uint)ChoiceKind.LocalitySet), ("STATE_GONE", ConnectionRecord.Gone),
        ("SERVER_TAKES_NEW", (uint)DirectorServerFlags.TakesNew),
        ("SERVER_MASQUERADED", (uint)DirectorServerFlags.Masqueraded),
        ("SERVER_STATEFUL", (uint)DirectorServerFlags.Stateful), ("FORWARDING_NAT", (uint)ForwardingMethod.Nat),
        ("FORWARDING_DIRECT", (uint)ForwardingMethod.DirectRouting), ("CAUSE_ANSWER", (uint)DirectorCause.Answer),
        ("CAUSE_NO_PORT", (uint)DirectorCause.NoPort),
        ("SERVER_RESOLVED", (uint)DirectorServerFlags.Resolved), ("SERVER_LOCAL", (uint)DirectorServerFlags.Local),
        ("NO_SERVER_INDEX", ServiceRecord.NoServer), ("FORWARDING_TUNNEL", (uint)ForwardingMethod.Tunnel),
        ("TUNNEL_IPIP", (uint)TunnelKind.Ipip), ("TUNNEL_GUE", (uint)TunnelKind.Gue),
        ("TUNNEL_GRE", (uint)TunnelKind.Gre), ("CAUSE_ANSWERED", (uint)DirectorCause.TooBigAnswered),
        ("CAUSES", (uint)Enum.GetValues<DirectorCause>().Length),
        ("CAUSE_LOCAL", (uint)DirectorCause.Local), ("CAUSE_NO_SERVICE", (uint)DirectorCause.NoService),
        ("CAUSE_FRAGMENT", (uint)DirectorCause.FragmentUnknown), ("CAUSE_TTL", (uint)DirectorCause.TtlExpired),
        ("CAUSE_SERVER_GONE", (uint)DirectorCause.ServerGone), ("STATES", 11),
    ];

    [Fact]
    public void Layouts_EqualTheHeader()
    {
        Dictionary<string, long> ours = [];
        StringBuilder body = new();
        foreach ((string name, int size) in Structures)
        {
            Add(name, size, $"sizeof(struct {name})");
        }
        foreach ((string field, Type type, string name) in Fields)
        {
            string[] words = field.Split('.');
            Add(field, (long)Marshal.OffsetOf(type, name), $"__builtin_offsetof(struct {words[0]}, {words[1]})");
        }
        foreach ((string name, uint value) in Numbers)
        {
            Add(name, value, name);
        }

        Assert.Equal(ours.OrderBy(static p => p.Key), Ask(body.ToString()).OrderBy(static p => p.Key));

        void Add(string name, long value, string expression)
        {
            ours.Add(name, value);
            body.AppendLine(CultureInfo.InvariantCulture,
                $"    printf(\"%s %lld\\n\", \"{name}\", (long long)({expression}));");
        }
    }

    [Fact]
    public void LayoutsOfTheDecapsulator_EqualTheHeader()
    {
        (string Expression, long Ours)[] pairs =
        [
            ("sizeof(struct virtual_address)", Unsafe.SizeOf<VirtualAddressRecord>()),
            ("sizeof(struct source_prefix)", Unsafe.SizeOf<SourcePrefixRecord>()),
            ("sizeof(struct fate_counter)", Unsafe.SizeOf<FateCounter>()),
            ("sizeof(struct decapsulation)", Unsafe.SizeOf<DecapsulationRecord>()),
            ("__builtin_offsetof(struct virtual_address, family)", OffsetOf<VirtualAddressRecord>("Family")),
            ("__builtin_offsetof(struct source_prefix, address)", OffsetOf<SourcePrefixRecord>("Address")),
            ("__builtin_offsetof(struct decapsulation, is_restricted)", OffsetOf<DecapsulationRecord>("IsRestricted")),
            ("FATE_GRE", (long)TunnelFate.Gre), ("FATE_OPTION", (long)TunnelFate.Option),
            ("FATE_SOURCE", (long)TunnelFate.Source), ("FATES", Enum.GetValues<TunnelFate>().Length),
        ];
        string body = string.Concat(pairs.Select(static (pair, i) =>
            string.Create(CultureInfo.InvariantCulture,
                $"    printf(\"{i} %lld\\n\", (long long)({pair.Expression}));\n")));

        Assert.Equal(pairs.Select(static p => p.Ours),
            Ask(body, "bpf/decapsulator.h").OrderBy(static p => int.Parse(p.Key, CultureInfo.InvariantCulture))
                .Select(static p => p.Value));

        static long OffsetOf<T>(string field) => (long)Marshal.OffsetOf<T>(field);
    }

    [Fact]
    public void LayoutOfTheSyncDaemons_EqualsTheHeader()
    {
        Dictionary<string, long> asked = Ask("""
                printf("size %lld\n", (long long)sizeof(struct sync_daemon));
                printf("group %lld\n", (long long)__builtin_offsetof(struct sync_daemon, group));
                printf("family %lld\n", (long long)__builtin_offsetof(struct sync_daemon, family));

            """, "bpf/sync.h");

        Assert.Equal(Unsafe.SizeOf<SyncDaemonRecord>(), asked["size"]);
        Assert.Equal((long)Marshal.OffsetOf<SyncDaemonRecord>(nameof(SyncDaemonRecord.Group)), asked["group"]);
        Assert.Equal((long)Marshal.OffsetOf<SyncDaemonRecord>(nameof(SyncDaemonRecord.Family)), asked["family"]);
    }

    [Fact]
    public void Number_OfTheLayout_IsRaisedWithWhatIsPinned()
    {
        using XdpDirector director = PrivateMounts.Load(new XdpOptions());
        string maps = string.Concat(DirectorMaps.Names.Select(
            name => $"{name} {director.Maps[name].Definition}\n"));
        string fields = string.Concat(Fields.Select(static f => string.Create(
            CultureInfo.InvariantCulture, $"{f.Field} {Marshal.OffsetOf(f.Type, f.Ours)}\n")));
        string structures = string.Concat(Structures.Select(
            static s => string.Create(CultureInfo.InvariantCulture, $"{s.Name} {s.Size}\n")));
        string digest = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.ASCII.GetBytes(maps + structures + fields)))[..16];

        Assert.True(digest == PinDirectories.LayoutDigest,
            $"what the director pins is not as it was: raise PinDirectories.Layout, unless it is only described anew "
            + $"here or was raised since the last release, and set LayoutDigest to {digest}\n{maps}");
    }

    private static Dictionary<string, long> Ask(string body, string path = "bpf/director.h")
    {
        string directory = Directory.CreateTempSubdirectory("holdfast-layout-").FullName;
        try
        {
            string source = Path.Combine(directory, "layout.c");
            string binary = Path.Combine(directory, "layout");
            string header = Path.Combine(RepositoryRoot.Path, path);
            File.WriteAllText(source, $"int printf(const char *, ...);\n#include \"{header}\"\nint main(void)\n{{\n"
                + $"{body}    return 0;\n}}\n");
            Run("gcc", "-w", "-o", binary, source);
            return Run(binary).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => l.Split(' '))
                .ToDictionary(static w => w[0], static w => long.Parse(w[1], CultureInfo.InvariantCulture));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return text;
    }
}
