using System.Text.Json;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Readiness.Lvs;
using Holdfast.Runtime.Vrrp;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Readiness;

/// <summary>Keeps checking that this node could take over, and tells when that changes.</summary>
/// <remarks>
/// Runs in the supervisor, never in the real-time process, which is only asked for facts that it has, a few instances
/// at a time. A check that takes long is made less often: it never takes more than a two-hundredth of a processor.
/// </remarks>
internal sealed class ReadinessMonitor(Log log, Func<FactsRequestMessage, Errno> ask) : ITimed, IDisposable
{
    private const int FactsAtATime = 32;
    private const int CostFactor = 200;

    private readonly Dictionary<string, ReadinessReport> _reports = [];
    private readonly LvsReadiness _virtualServers = new(log);
    private KeepalivedModel _model = new();
    private VrrpInstancePlan[] _plans = [];
    private InstanceFactsMessage?[] _facts = [];
    private RouteNetlink? _netlink;
    private uint _round;
    private int _asked;
    private MonotonicTime _checkedAt;

    /// <summary>Time between two checks, when they are cheap.</summary>
    internal static TimeSpan Interval => TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public MonotonicTime Deadline { get; private set; } = MonotonicTime.Never;

    private static TimeSpan AnswerTime => TimeSpan.FromMilliseconds(100);

    /// <summary>Checks this configuration from now on, for the first time in a moment.</summary>
    internal void Begin(KeepalivedModel model, MonotonicTime now)
    {
        if (!ReferenceEquals(model, _model))
        {
            _model = model;
            _plans = VrrpPlan.From(model, TimeSpan.Zero).Instances;
            _virtualServers.Apply(model);
            foreach (string gone in _reports.Keys.Except(model.Instances.Select(static i => i.Name)).ToArray())
            {
                _reports.Remove(gone);
            }
        }
        _facts = new InstanceFactsMessage?[_plans.Length];
        _asked = 0;
        Deadline = _plans.Length == 0 && model.VirtualServers.IsEmpty
            ? MonotonicTime.Never : now + TimeSpan.FromSeconds(1);
    }

    /// <summary>The VRRP process is gone: nothing is checked until <see cref="Begin"/>.</summary>
    internal void Suspend() => Deadline = MonotonicTime.Never;

    /// <inheritdoc/>
    public void OnTime(MonotonicTime now)
    {
        if (now < Deadline)
        {
            return;
        }
        if (_asked < _plans.Length)
        {
            if (_asked == 0)
            {
                _round++;
                Array.Clear(_facts);
            }
            _ = ask(new FactsRequestMessage(_round, _asked, FactsAtATime)); // who does not answer is not judged
            _asked += FactsAtATime;
            Deadline = now + AnswerTime;
            return;
        }
        _asked = 0;
        Check(now);
        TimeSpan cost = MonotonicClock.Now - now;
        Deadline = now + (cost * CostFactor > Interval ? cost * CostFactor : Interval);
    }

    /// <summary>Takes an answer.</summary>
    internal void Take(in InstanceFactsMessage facts)
    {
        if (facts.Round == _round && (uint)facts.Index < (uint)_facts.Length)
        {
            _facts[facts.Index] = facts;
        }
    }

    /// <summary>Writes an object with what was found for each instance.</summary>
    internal void Write(Utf8JsonWriter json, string? only = null)
    {
        json.WriteStartObject("readiness");
        foreach ((string name, ReadinessReport report) in _reports)
        {
            if (only is null || only == name)
            {
                report.Write(json, name, MonotonicClock.Now - _checkedAt);
            }
        }
        json.WriteEndObject();
        if (only is null)
        {
            _virtualServers.Write(json);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _netlink?.Dispose();

    private void Check(MonotonicTime now)
    {
        try
        {
            _netlink ??= RouteNetlink.Open();
        }
        catch (LinuxException e)
        {
            log.WriteRepeatable(LogLevel.Warning, $"Readiness cannot be checked: {e.Message}");
            return;
        }
        if (!NodeFacts.TryRead(_netlink, _model, out NodeFacts? node))
        {
            return;
        }
        _checkedAt = now;
        _virtualServers.Check(_netlink);
        for (int index = 0; index < _plans.Length; index++)
        {
            if (_facts[index] is { } facts && facts.Role != Role.Initialize)
            {
                var report = new ReadinessReport(
                    facts.Role, new ReadinessJudge(_model, _plans[index], node!, facts).Judge());
                string name = _model.Instances[index].Name;
                ReadinessReport? before = _reports.GetValueOrDefault(name);
                _reports[name] = report;
                Tell(name, before, report);
            }
        }
    }

    /// <summary>Once for each change of what is wrong; a change of role alone is told elsewhere.</summary>
    private void Tell(string name, ReadinessReport? before, ReadinessReport now)
    {
        if (before is null ? now.IsReady : before.IsReady == now.IsReady && before.Text == now.Text)
        {
            return;
        }
        string text = now.IsReady ? "a failover to this node would work"
            : now.Role == Role.Active ? $"this node is Active, but {now.Text}"
            : $"a failover to this node would not work: {now.Text}";
        log.Write(now.IsReady ? LogLevel.Notice : LogLevel.Warning, $"({name}) {text}",
            new LogEvent("readiness").With("instance", name).With("ready", now.IsReady ? "yes" : "no")
                .With("problems", now.IsReady ? null : now.Text));
    }
}
