using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Vrrp.Tests.Machine;

/// <summary>One machine with a clock that the test turns, and its effects as text.</summary>
internal sealed class MachineBench
{
    public static readonly IpAddress Own = IpAddress.Parse("10.0.0.5");
    public static readonly IpAddress Lower = IpAddress.Parse("10.0.0.1");
    public static readonly IpAddress Higher = IpAddress.Parse("10.0.0.9");

    private VrrpState _state;
    private EffectBuffer _effects = new();

    public MachineBench(VrrpConfig? config = null)
    {
        Config = config ?? new VrrpConfig();
        _state = VrrpState.New(Config);
    }

    public VrrpConfig Config { get; }

    public MonotonicTime Now { get; private set; } = new(1_000_000_000);

    public ref VrrpState State => ref _state;

    public static MachineBench In(Role role, VrrpConfig? config = null)
    {
        var bench = new MachineBench(config);
        if (role == Role.Initialize)
        {
            return bench;
        }
        bench.Do(EventKind.Startup);
        if (role == Role.Active && bench.State.Role != Role.Active)
        {
            bench.RunToDeadline();
        }
        else if (role == Role.Fault)
        {
            bench.Do(VrrpEvent.FaultsAre(FaultCauses.Tracker));
        }
        Assert.Equal(role, bench.State.Role);
        return bench;
    }

    public string Do(EventKind kind) => Do(VrrpEvent.Of(kind));

    public string Hear(byte priority, IpAddress? source = null, double seconds = 1)
        => Do(VrrpEvent.Received(
            new Advert(new Vrid(1), new Priority(priority), TimeSpan.FromSeconds(seconds), source ?? Lower, 3, 1),
            Own));

    public string Do(in VrrpEvent e)
    {
        _effects.Clear();
        VrrpMachine.Step(Config, ref _state, e, Now, ref _effects);
        return string.Join(", ", _effects.Effects.ToArray().Select(Text));
    }

    public void Pass(TimeSpan span) => Now += span;

    public string RunToDeadline()
    {
        Now = _state.NextDeadline;
        return Do(EventKind.DeadlineReached);
    }

    public string ResumeLate()
    {
        Pass(TimeSpan.FromSeconds(10));
        return Do(EventKind.Resumed);
    }

    public static string Text(Effect effect) => effect.Kind switch
    {
        EffectKind.SendAdvert when effect.Interval != TimeSpan.FromSeconds(1)
            => FormattableString.Invariant($"advert {effect.Priority} at {effect.Interval.TotalMilliseconds} ms"),
        EffectKind.SendAdvert => $"advert {effect.Priority}",
        EffectKind.AnnounceAddresses => $"announce ×{effect.Rounds}",
        EffectKind.RoleChanged => $"{effect.From}→{effect.To} ({effect.Reason})",
        EffectKind.InstallAddresses => "install",
        EffectKind.ReleaseAddresses => "release",
        EffectKind.WatchSuccessor => "watch",
        EffectKind.AnnounceSource => "announce source",
        EffectKind.LowerPriorityHeard => "lower priority heard",
        EffectKind.AskGroup => "ask group",
        EffectKind.Ended => "ended",
        _ => effect.Kind.ToString(),
    };
}
