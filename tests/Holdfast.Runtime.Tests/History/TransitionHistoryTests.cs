using System.Buffers;
using System.Text.Json;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Text;
using Holdfast.Primitives;
using Holdfast.Runtime.History;
using Holdfast.Runtime.Processes;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Tests.History;

public sealed class TransitionHistoryTests
{
    private const string File = """
        vrrp_script chk_web {
            script "/bin/true"
        }
        vrrp_instance VI_1 {
            interface eth0
            virtual_router_id 51
            track_script {
                chk_web
            }
            virtual_ipaddress {
                192.0.2.100/24
            }
        }
        """;

    private static readonly IpAddress s_peer
        = IpAddress.TryParse("192.0.2.9", out IpAddress address) ? address : default;

    private readonly TransitionHistory _history = new(TimeProvider.System);

    [Fact]
    public void Add_MoreThanItKeeps_TheOldestGo()
    {
        KeepalivedModel model = Model();
        for (byte priority = 1; priority <= TransitionHistory.EntriesMax + 4; priority++)
        {
            _history.Add(model, Change(InstanceState.Backup, TransitionReason.Started, priority));
        }

        JsonElement[] entries = Entries();

        Assert.Equal(TransitionHistory.EntriesMax, entries.Length);
        Assert.Equal(5, entries[0].GetProperty("priority").GetInt32());
    }

    [Fact]
    public void Add_UnknownIndex_IsRefused()
        => Assert.Null(_history.Add(
            Model(), Change(InstanceState.Backup, TransitionReason.Started, 1) with { Index = 7 }));

    [Fact]
    public void Write_ActiveFellSilent_SaysWhoAndHowOldItsAdvertWas()
    {
        _history.Add(Model(), Change(InstanceState.Active, TransitionReason.ActiveSilent, 100));

        Assert.Equal("192.0.2.9 (priority 150) fell silent: its last advert was 3.61 s old", Cause());
    }

    [Fact]
    public void Write_HigherPriority_SaysWhatThePacketWas()
    {
        _history.Add(Model(), Change(InstanceState.Backup, TransitionReason.HigherPriorityHeard, 100));

        Assert.Equal(
            "192.0.2.9 advertised the higher priority 150 (VRRPv3, interval 1 s, 2 addresses)", Cause());
    }

    [Fact]
    public void Write_ScriptFailed_NamesIt()
    {
        InstanceStateChangedMessage change = Change(InstanceState.Fault, TransitionReason.FaultBegan, 100);
        _history.Add(Model(), change with
        {
            Evidence = change.Evidence with { Faults = FaultCauses.Tracker | FaultCauses.InterfaceDown, Tracker = 1 },
        });

        Assert.Equal("a fault began: script chk_web failed, the interface is down", Cause());
    }

    [Fact]
    public void Write_PriorityAlone_NamesTheTracker()
    {
        _history.Add(Model(), new PriorityChangedMessage(
            0, new Priority(100), new Priority(80), InstanceState.Backup, Tracker: 1));

        Assert.Equal("priority 100 → 80 since script chk_web changed", Cause());
        Assert.Equal("priority_changed", Entries()[0].GetProperty("reason").GetString());
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Cause_EveryReason_IsASentenceOfItsOwn(TransitionReason reason)
    {
        _history.Add(Model(), Change(InstanceState.Backup, reason, 100));

        Assert.Contains(' ', Cause()!);
    }

    [Fact]
    public void Retain_InstanceIsGone_ItsHistoryIs()
    {
        _history.Add(Model(), Change(InstanceState.Backup, TransitionReason.Started, 1));

        _history.Retain(new KeepalivedModel());

        Assert.Empty(Written().GetProperty("history").EnumerateObject());
    }

    public static TheoryData<TransitionReason> Reasons => [.. Enum.GetValues<TransitionReason>()];

    private static KeepalivedModel Model()
    {
        const string path = "/keepalived.conf";
        return KeepalivedParser.Parse(path, MemoryConfigFiles.Of(path, File), new KeepalivedParseOptions()).Model;
    }

    private static InstanceStateChangedMessage Change(InstanceState to, TransitionReason reason, byte priority)
        => new(0, InstanceState.Init, to, new Priority(priority), (ushort)reason, s_peer, new TransitionEvidence(
            s_peer, 3610, 1000, FaultCauses.None, new Priority(150), 3, 2, 0));

    private string? Cause() => Entries()[^1].GetProperty("cause").GetString();

    private JsonElement[] Entries() => [.. Written().GetProperty("history").GetProperty("VI_1").EnumerateArray()];

    private JsonElement Written()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            _history.Write(writer);
            writer.WriteEndObject();
        }
        using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }
}
