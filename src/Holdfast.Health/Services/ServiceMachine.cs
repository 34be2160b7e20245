using System.Collections.Immutable;

namespace Holdfast.Health.Services;

/// <summary>Decides which real servers of a virtual server get traffic: quorum, sorry server, weights.</summary>
/// <remarks>
/// <code>
/// quorum is gained   weight up ≥ quorum + hysteresis
/// quorum is lost     weight up &lt; quorum − hysteresis, or nothing is up
///
/// server       with quorum, or no sorry server    without quorum, with a sorry server
/// up           its weight                         no entry; weight 0 with inhibit
/// down         no entry; weight 0 with inhibit    no entry; weight 0 with inhibit
/// sorry        no entry; weight 0 with inhibit    weight 1
/// </code>
/// A server is up when none of its checkers is down. Its weight is the configured one plus what each checker adds, and
/// counts for the quorum as it is then. Whether the quorum is there at the start is decided without hysteresis being
/// crossed before: gained needs the upper bound.
/// </remarks>
public static class ServiceMachine
{
    private const long WeightMax = int.MaxValue;

    /// <summary>The state at the start, and what is to be told of it.</summary>
    public static (ServiceState State, ImmutableArray<ServiceEffect> Effects) Start(ServiceModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        ImmutableArray<ServerState> servers = [.. model.Servers.Select(static s => new ServerState(
            s.StartsDown, [.. s.StartsDown.Select(static _ => 0L)], Math.Clamp(s.Weight, 0, WeightMax)))];
        var state = new ServiceState(HasQuorum: false, servers);
        var effects = ImmutableArray.CreateBuilder<ServiceEffect>();
        state = Judge(model, state, effects);
        if (!state.HasQuorum)
        {
            effects.Add(new ServiceEffect(ServiceEffectKind.QuorumLost, -1, state.WeightUp));
        }
        return (state, effects.ToImmutable());
    }

    /// <summary>Goes on after a reload with what is known of the servers.</summary>
    /// <param name="model">The new settings.</param>
    /// <param name="hadQuorum">Whether the quorum was there before.</param>
    /// <param name="servers">What is known of each server of <paramref name="model"/>; weights are made anew.</param>
    public static (ServiceState State, ImmutableArray<ServiceEffect> Effects) Continue(
        ServiceModel model, bool hadQuorum, ImmutableArray<ServerState> servers)
    {
        ArgumentNullException.ThrowIfNull(model);
        ImmutableArray<ServerState> weighed = [.. servers.Select((s, i) => Weigh(model.Servers[i], s))];
        var effects = ImmutableArray.CreateBuilder<ServiceEffect>();
        ServiceState state = Judge(model, new ServiceState(hadQuorum, weighed), effects);
        return (state, effects.ToImmutable());
    }

    /// <summary>One step.</summary>
    public static (ServiceState State, ImmutableArray<ServiceEffect> Effects) Step(
        ServiceModel model, ServiceState state, ServiceEvent occurred)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(state);
        var effects = ImmutableArray.CreateBuilder<ServiceEffect>();
        switch (occurred.Kind)
        {
            case ServiceEventKind.CheckUp:
                state = SetDown(state, occurred, isDown: false, effects);
                break;
            case ServiceEventKind.CheckDown:
                state = SetDown(state, occurred, isDown: true, effects);
                break;
            case ServiceEventKind.WeightDelta:
                state = SetDelta(model, state, occurred, effects);
                break;
            default:
                Stop(model, state, effects);
                return (state, effects.ToImmutable());
        }
        state = Judge(model, state, effects);
        return (state, effects.ToImmutable());
    }

    /// <summary>The entries that the service has in that state.</summary>
    public static ServiceTable Table(ServiceModel model, ServiceState state)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(state);
        bool isSorry = model.HasSorryServer && !state.HasQuorum;
        ImmutableArray<long?>.Builder servers = ImmutableArray.CreateBuilder<long?>(state.Servers.Length);
        for (int i = 0; i < state.Servers.Length; i++)
        {
            servers.Add(state.Servers[i].IsUp && !isSorry ? state.Servers[i].Weight
                : model.Servers[i].Inhibit ? 0 : null);
        }
        long? sorry = !model.HasSorryServer ? null : isSorry ? 1 : model.InhibitsSorryServer ? 0 : null;
        return new ServiceTable(servers.MoveToImmutable(), sorry);
    }

    private static ServiceState SetDown(
        ServiceState state, ServiceEvent occurred, bool isDown, ImmutableArray<ServiceEffect>.Builder effects)
    {
        ServerState before = state.Servers[occurred.Server];
        ServerState after = before with { IsDown = before.IsDown.SetItem(occurred.Checker, isDown) };
        if (before.IsUp != after.IsUp)
        {
            effects.Add(new ServiceEffect(after.IsUp ? ServiceEffectKind.ServerUp : ServiceEffectKind.ServerDown,
                occurred.Server, after.Weight));
        }
        return state with { Servers = state.Servers.SetItem(occurred.Server, after) };
    }

    private static ServiceState SetDelta(
        ServiceModel model, ServiceState state, ServiceEvent occurred, ImmutableArray<ServiceEffect>.Builder effects)
    {
        ServerState before = state.Servers[occurred.Server];
        ServerState after = Weigh(model.Servers[occurred.Server],
            before with { Deltas = before.Deltas.SetItem(occurred.Checker, occurred.Delta) });
        if (after.Weight != before.Weight)
        {
            effects.Add(new ServiceEffect(ServiceEffectKind.WeightChanged, occurred.Server, after.Weight));
        }
        return state with { Servers = state.Servers.SetItem(occurred.Server, after) };
    }

    private static ServerState Weigh(ServerModel model, ServerState server)
    {
        Int128 sum = model.Weight;
        foreach (long delta in server.Deltas)
        {
            sum += delta;
        }
        return server with { Weight = (long)Int128.Clamp(sum, 0, WeightMax) };
    }

    private static ServiceState Judge(
        ServiceModel model, ServiceState state, ImmutableArray<ServiceEffect>.Builder effects)
    {
        long weight = state.WeightUp;
        bool has = state.HasQuorum
            ? weight > 0 && weight >= model.Quorum - model.Hysteresis
            : weight > 0 && weight >= model.Quorum + model.Hysteresis;
        if (has != state.HasQuorum)
        {
            effects.Add(new ServiceEffect(has ? ServiceEffectKind.QuorumGained : ServiceEffectKind.QuorumLost, -1,
                weight));
        }
        return state with { HasQuorum = has };
    }

    private static void Stop(ServiceModel model, ServiceState state, ImmutableArray<ServiceEffect>.Builder effects)
    {
        if (!model.Omega)
        {
            return;
        }
        // As the original: of a server without entry, which a sorry server stands in for, nothing is told.
        ServiceTable table = Table(model, state);
        for (int i = 0; i < state.Servers.Length; i++)
        {
            if (state.Servers[i].IsUp && table.Servers[i] is not null)
            {
                effects.Add(new ServiceEffect(ServiceEffectKind.ServerDown, i, state.Servers[i].Weight));
            }
        }
        effects.Add(new ServiceEffect(ServiceEffectKind.QuorumLost, -1, 0)); // even where it was lost already
    }
}
