using System.Collections.Immutable;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Planning;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Checks.Process;

// Reading the plane: whole tables, so as seldom as possible.
internal sealed partial class ServicePlane
{
    // Reading takes a thousandth of the time at most for looking, and a tenth for whoever asks, however large it is.
    private const int LookShare = 1000;
    private const int RecentShare = 10;

    private static readonly TimeSpan s_recent = TimeSpan.FromSeconds(1);

    private readonly HashSet<VirtualServiceKey> _absent = [];
    private ImmutableArray<ObservedPool>? _seen;
    private MonotonicTime _seenUntil;

    /// <summary>How long it leaves a plane alone that is as it should be, before it looks again.</summary>
    internal static TimeSpan LookDelay => TimeSpan.FromMinutes(1);

    /// <summary>What is in the plane, as it was up to a second ago: for whoever asks often.</summary>
    /// <remarks>Never older than our own last change; a large table is kept ten times as long as it took to read.
    /// </remarks>
    internal ImmutableArray<ObservedPool> ObserveRecent()
    {
        MonotonicTime begin = MonotonicClock.Now;
        if (_seen is { } seen && begin < _seenUntil)
        {
            return seen;
        }
        seen = Observe();
        MonotonicTime end = MonotonicClock.Now;
        _seen = seen;
        _seenUntil = end + Longer(s_recent, (end - begin) * RecentShare);
        return seen;
    }

    /// <inheritdoc/>
    public void OnTime(MonotonicTime now)
    {
        if (Deadline > now)
        {
            return;
        }
        Deadline = MonotonicTime.Never;
        if (!TryOpen())
        {
            return;
        }
        if (_isWhole && IsAllThere(out TimeSpan taken))
        {
            Deadline = MonotonicClock.Now + Longer(LookDelay, taken * LookShare);
            return;
        }
        MakeWhole();
    }

    /// <summary>
    /// Whether nobody has removed what is ours. Settings that an operator has changed are not looked at: a server that
    /// was given weight 0 by hand is being drained.
    /// </summary>
    private bool IsAllThere(out TimeSpan taken)
    {
        MonotonicTime begin = MonotonicClock.Now;
        NetlinkResult result = _plane!.Observe(out ImmutableArray<ObservedPool> pools);
        taken = MonotonicClock.Now - begin;
        if (!result.IsSuccess)
        {
            return false;
        }
        Dictionary<VirtualServiceKey, HashSet<RealServerKey>> there = [];
        foreach (ObservedPool pool in pools)
        {
            there[pool.Service.Spec.Key] = [.. pool.Servers.Select(static s => s.Spec.Key)];
        }
        int missing = 0;
        foreach (PoolSpec pool in Wanted())
        {
            bool isThere = there.TryGetValue(pool.Service.Key, out HashSet<RealServerKey>? servers);
            missing += isThere ? pool.Servers.Count(s => !servers!.Contains(s.Key)) : 1 + pool.Servers.Length;
        }
        if (missing > 0)
        {
            log.Warning($"{Label}: somebody has removed {missing} of our entries, which are put back");
        }
        return missing == 0;
    }

    private PoolSpec[] Wanted()
        => [.. _owners.Keys.Where(key => _owners[key].Exists(s => _tables[s] is not null)).Select(PoolOf)];

    private void MakeWhole()
    {
        PoolSpec[] pools = Wanted();
        _seen = null;
        NetlinkResult result = _plane!.Reconcile(pools, out ImmutableArray<Layer4Outcome> outcomes);
        if (outcomes.Any(IsOfAnotherMoment))
        {
            result = _plane.Reconcile(pools, out outcomes);
        }
        _isWhole = result.IsSuccess;
        _isKnown = _isWhole || !outcomes.IsEmpty;
        _absent.Clear();
        _absent.UnionWith(outcomes.Where(IsAbsent).Select(static o => o.Operation.Key));
        Refused = [.. outcomes.Where(static o => !o.Result.IsSuccess).Select(Sentence)];
        if (!_isKnown)
        {
            Refused = [$"{Label} cannot be read: {result}"];
        }
        foreach (string sentence in Refused.Where(_told.Add))
        {
            log.Error(sentence);
        }
        if (_isWhole)
        {
            _told.Clear();
        }
        Deadline = MonotonicClock.Now + (_isWhole ? LookDelay : RetryDelay);
        _changed.Clear();
        _gone.Clear();
    }

    /// <summary>A listing has several parts: what others add or remove between them can be missed.</summary>
    private static bool IsOfAnotherMoment(Layer4Outcome outcome)
        => (outcome.Operation.Verb, outcome.Result.Errno) is
            (Layer4Verb.AddService or Layer4Verb.AddServer, Errno.EEXIST)
            or (Layer4Verb.SetService, Errno.ESRCH) or (Layer4Verb.SetServer, Errno.ENOENT);

    private static bool IsAbsent(Layer4Outcome outcome)
        => outcome.Operation.Verb == Layer4Verb.AddService && !outcome.Result.IsSuccess;

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
