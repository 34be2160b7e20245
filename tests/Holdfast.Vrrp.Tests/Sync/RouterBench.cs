using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Sync;
using Holdfast.Vrrp.Tests.Machine;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Vrrp.Tests.Sync;

/// <summary>A router with recorded effects.</summary>
internal sealed class RouterBench : IVrrpEffects
{
    public RouterBench(int instances, int[][] groups, VrrpConfig? config = null)
    {
        VrrpConfig one = config ?? new VrrpConfig();
        Router = new VrrpRouter(
            [.. Enumerable.Range(0, instances).Select(i => one with { InSyncGroup = groups.Any(g => g.Contains(i)) })],
            groups);
        for (int index = 0; index < instances; index++)
        {
            Router.Step(index, VrrpEvent.Of(EventKind.Startup), Now, this);
        }
        Log.Clear();
    }

    public VrrpRouter Router { get; }

    public MonotonicTime Now { get; set; } = new(1_000_000_000);

    public List<string> Log { get; } = [];

    public Role[] Roles => [.. Enumerable.Range(0, Router.Count).Select(i => Router.State(i).Role)];

    public void Perform(int instance, in Effect effect, in VrrpState state)
    {
        if (effect.Kind is EffectKind.RoleChanged or EffectKind.AnnounceAddresses)
        {
            Log.Add($"{instance}: {MachineBench.Text(effect)}");
        }
    }

    public void GroupChanged(int group, Role role) => Log.Add($"group {group}: {role}");

    public void Do(int instance, in VrrpEvent e) => Router.Step(instance, e, Now, this);

    public void Hear(int instance, byte priority)
        => Do(instance, VrrpEvent.Received(
            new Advert(new Vrid(1), new Priority(priority), TimeSpan.FromSeconds(1), MachineBench.Lower, 2, 1),
            MachineBench.Own));

    public void Expire(int instance)
    {
        Now = Router.State(instance).Deadline;
        Do(instance, VrrpEvent.Of(EventKind.DeadlineReached));
    }
}
