using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Health.Services;

namespace Holdfast.Runtime.Checks;

/// <summary>Why a <see cref="ServiceBoard"/> tells of a virtual server.</summary>
public enum ServiceOccasion : byte
{
    /// <summary>A checker had a result.</summary>
    Check,

    /// <summary>The service begins: the daemon has started, or a reload brought it.</summary>
    Start,

    /// <summary>It goes on: a reload kept it, or its process was started again.</summary>
    Continue,

    /// <summary>The daemon stops.</summary>
    Stop,
}

/// <summary>What a <see cref="ServiceBoard"/> tells of one virtual server.</summary>
/// <param name="Service">0-based index of the virtual server.</param>
/// <param name="Effects">What is to be told to scripts, FIFOs and logs, in this order.</param>
/// <param name="Table">The entries that it has now.</param>
public sealed record ServiceChange(int Service, ImmutableArray<ServiceEffect> Effects, ServiceTable Table)
{
    /// <summary>Why it is told. Default: a check.</summary>
    public ServiceOccasion Occasion { get; init; }

    /// <summary>The state before, by the same indexes; null for a configuration that was just taken over.</summary>
    public ServiceState? Before { get; init; }

    /// <summary>The state now.</summary>
    public required ServiceState Now { get; init; }
}

/// <summary>Keeps the state of all virtual servers from the reports of a <see cref="CheckEngine"/>.</summary>
/// <remarks>Makes no system call; the plane is programmed by whoever is told.</remarks>
public sealed class ServiceBoard
{
    private readonly Action<ServiceChange> _changed;
    private Entry[] _entries = [];

    /// <summary>A board without services.</summary>
    /// <param name="changed">Told of every change of a service, and of its first state.</param>
    public ServiceBoard(Action<ServiceChange> changed) => _changed = changed;

    /// <summary>
    /// Takes over a configuration. What is known of a server that was there before, and of those of its checkers that
    /// are the same, stays known; every service is told with its table.
    /// </summary>
    /// <param name="model">The configuration.</param>
    /// <param name="recall">What is known of a service that is new here, by its index; null: nothing.</param>
    public void Apply(KeepalivedModel model, Func<int, ServiceMemory?>? recall = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var before = _entries.ToDictionary(static e => e.Name, StringComparer.Ordinal);
        string[] names = ServiceNames.Of(model);
        var entries = new Entry[model.VirtualServers.Length];
        for (int i = 0; i < entries.Length; i++)
        {
            VirtualServerModel service = model.VirtualServers[i];
            Entry? known = before.GetValueOrDefault(names[i]);
            ServiceMemory? memory = known is null ? recall?.Invoke(i) : null;
            entries[i] = Create(names[i], service, model.Ssl, known, memory, out ImmutableArray<ServiceEffect> effects);
            _entries = entries;
            _changed(new ServiceChange(i, effects, TableOf(entries[i]))
            {
                Occasion = known is null && memory is null ? ServiceOccasion.Start : ServiceOccasion.Continue,
                Now = entries[i].State,
            });
        }
        _entries = entries;
    }

    /// <summary>Takes a report of the engine.</summary>
    public void OnReport(ServerReport report)
    {
        ServiceEventKind? kind = report.Kind switch
        {
            ServerReportKind.Up => ServiceEventKind.CheckUp,
            ServerReportKind.Down => ServiceEventKind.CheckDown,
            ServerReportKind.Weight => ServiceEventKind.WeightDelta,
            _ => null,
        };
        if (kind is { } known)
        {
            Step(report.Id.Service, new ServiceEvent(known, report.Id.Server, report.Id.Checker, report.WeightDelta));
        }
    }

    /// <summary>The daemon stops: every service is told; with <c>omega</c>, its down scripts are to be.</summary>
    public void Stop()
    {
        for (int i = 0; i < _entries.Length; i++)
        {
            Step(i, new ServiceEvent(ServiceEventKind.Stop));
        }
    }

    /// <summary>The state of every service, by index.</summary>
    public ImmutableArray<ServiceState> States => [.. _entries.Select(static e => e.State)];

    /// <summary>The entries that a service has now.</summary>
    /// <param name="service">0-based index of the virtual server.</param>
    public ServiceTable TableOf(int service) => TableOf(_entries[service]);

    /// <summary>The state of a service.</summary>
    /// <param name="service">0-based index of the virtual server.</param>
    public ServiceState StateOf(int service) => _entries[service].State;

    /// <summary>What would become of a service; nothing changes.</summary>
    /// <param name="service">0-based index of the virtual server.</param>
    /// <param name="occurred">What is supposed to happen, one after the other.</param>
    public (ServiceState State, ServiceTable Table) Foresee(int service, params ReadOnlySpan<ServiceEvent> occurred)
    {
        Entry entry = _entries[service];
        ServiceState state = entry.State;
        foreach (ServiceEvent one in occurred)
        {
            (state, _) = ServiceMachine.Step(entry.Model, state, one);
        }
        return (state, ServiceMachine.Table(entry.Model, state));
    }

    private static ServiceTable TableOf(Entry entry) => ServiceMachine.Table(entry.Model, entry.State);

    private void Step(int service, ServiceEvent occurred)
    {
        Entry entry = _entries[service];
        ServiceState before = entry.State;
        (entry.State, ImmutableArray<ServiceEffect> effects) = ServiceMachine.Step(entry.Model, entry.State, occurred);
        if (!effects.IsEmpty || occurred.Kind == ServiceEventKind.Stop)
        {
            _changed(new ServiceChange(service, effects, TableOf(entry))
            {
                Occasion = occurred.Kind == ServiceEventKind.Stop ? ServiceOccasion.Stop : ServiceOccasion.Check,
                Before = before,
                Now = entry.State,
            });
        }
    }

    private static Entry Create(
        string name, VirtualServerModel service, SslModel? ssl, Entry? before, ServiceMemory? memory,
        out ImmutableArray<ServiceEffect> effects)
    {
        var model = new ServiceModel(service.Quorum, service.Hysteresis, service.SorryServer is not null,
            service.SorryServer?.Inhibit ?? false, service.Omega, [.. service.RealServers.Select(static r =>
                new ServerModel(r.Weight, r.InhibitOnFailure, [.. r.Checkers.Select(ProbeFactory.StartsDown)]))]);
        string[][] keys = [.. service.RealServers.Select(server => Enumerable.Range(0, server.Checkers.Length)
            .Select(i => CheckKey.Of(service, server, i, ssl)).ToArray())];
        (ServiceState state, effects) = ServiceMachine.Start(model);
        if (before is not null)
        {
            var known = new Dictionary<string, (bool IsDown, long Delta)>(StringComparer.Ordinal);
            for (int i = 0; i < before.Keys.Length; i++)
            {
                for (int j = 0; j < before.Keys[i].Length; j++)
                {
                    known[before.Keys[i][j]] = (before.State.Servers[i].IsDown[j], before.State.Servers[i].Deltas[j]);
                }
            }
            ImmutableArray<ServerState> servers = [.. state.Servers.Select((server, i) => new ServerState(
                [.. keys[i].Select((key, j) => known.TryGetValue(key, out var old) ? old.IsDown : server.IsDown[j])],
                [.. keys[i].Select(key => known.GetValueOrDefault(key).Delta)], server.Weight))];
            (state, effects) = ServiceMachine.Continue(model, before.State.HasQuorum, servers);
        }
        else if (memory is not null)
        {
            (state, effects) = Recall(model, state, memory);
        }
        return new Entry(name, model, keys, state);
    }

    private static (ServiceState State, ImmutableArray<ServiceEffect> Effects) Recall(
        ServiceModel model, ServiceState state, ServiceMemory memory)
    {
        ImmutableArray<ServerState> servers = [.. state.Servers.Select((server, i) => server with
        {
            IsDown = [.. memory.Servers[i].Select(static c => c.IsDown)],
            Deltas = [.. memory.Servers[i].Select(static c => c.WeightDelta)],
        })];
        // Between the two bounds of the hysteresis both are possible, and what changed nothing tells nothing.
        (ServiceState weighed, _) = ServiceMachine.Continue(model, hadQuorum: true, servers);
        return ServiceMachine.Continue(model, memory.HadQuorum ?? weighed.HasQuorum, servers);
    }

    private sealed class Entry(string name, ServiceModel model, string[][] keys, ServiceState state)
    {
        internal string Name => name;

        internal ServiceModel Model => model;

        internal string[][] Keys => keys;

        internal ServiceState State { get; set; } = state;
    }
}
