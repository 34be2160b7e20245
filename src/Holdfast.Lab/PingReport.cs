using Holdfast.Primitives;

namespace Holdfast.Lab;

/// <summary>One request.</summary>
/// <param name="SentAt">When it was sent.</param>
/// <param name="AnsweredAt">When the reply was read; never: it was lost, or too late.</param>
/// <param name="Responder">The node that answered; null when it was lost.</param>
public readonly record struct PingSample(MonotonicTime SentAt, MonotonicTime AnsweredAt, LabNode? Responder)
{
    /// <summary>Whether it was answered in time.</summary>
    public bool IsAnswered => !AnsweredAt.IsNever;
}

/// <summary>A run of requests that were lost one after another.</summary>
/// <param name="Start">When the first of them was sent.</param>
/// <param name="Duration">From then to the next request that was answered, less what was not observed.</param>
/// <param name="Unobserved">Time in it in which the meter itself stood still: dark or not, nobody knows.</param>
/// <param name="LostCount">How many were lost.</param>
/// <param name="HasEnded">Whether an answered one followed; else the duration is that to the last request.</param>
public readonly record struct PingOutage(
    MonotonicTime Start, TimeSpan Duration, TimeSpan Unobserved, int LostCount, bool HasEnded);

/// <summary>A stretch of time for a time line.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="AnsweredCount">Requests that were answered.</param>
/// <param name="LostCount">Requests that were lost.</param>
/// <param name="Responder">Who answered last in it; null: nobody.</param>
public readonly record struct PingBucket(MonotonicTime Start, int AnsweredCount, int LostCount, LabNode? Responder);

/// <summary>What a <see cref="PingMeter"/> found. Immutable.</summary>
public sealed class PingReport
{
    internal PingReport(IReadOnlyList<PingSample> samples, TimeSpan interval, TimeSpan meterDelayMax, int skippedCount,
        int sendFailureCount)
    {
        Samples = samples;
        Interval = interval;
        MeterDelayMax = meterDelayMax;
        SkippedCount = skippedCount;
        SendFailureCount = sendFailureCount;
        Outages = Find(samples, interval);
    }

    /// <summary>Every request, by the time of sending.</summary>
    public IReadOnlyList<PingSample> Samples { get; }

    /// <summary>From one request to the next, as wished.</summary>
    public TimeSpan Interval { get; }

    /// <summary>The longest that the meter itself was late. Figures of this size mean nothing.</summary>
    public TimeSpan MeterDelayMax { get; }

    /// <summary>Requests that the meter did not send because it was late.</summary>
    public int SkippedCount { get; }

    /// <summary>Requests that the client's kernel refused to send; they count as lost.</summary>
    public int SendFailureCount { get; }

    /// <summary>Runs of lost requests, by time.</summary>
    public IReadOnlyList<PingOutage> Outages { get; }

    /// <summary>How many requests were lost.</summary>
    public int LostCount => Outages.Sum(static outage => outage.LostCount);

    /// <summary>
    /// The longest outage: the longest gap between answered requests less one interval, without the time in which
    /// the meter itself stood still.
    /// </summary>
    public TimeSpan Blackout => Outages.Count == 0 ? TimeSpan.Zero : Outages.Max(static outage => outage.Duration);

    /// <summary>Cuts the time into equal stretches, from the first request on.</summary>
    public IReadOnlyList<PingBucket> Buckets(TimeSpan width)
    {
        var buckets = new List<PingBucket>();
        foreach (PingSample sample in Samples)
        {
            if (buckets.Count == 0)
            {
                buckets.Add(new(sample.SentAt, 0, 0, null));
            }
            while (sample.SentAt >= buckets[^1].Start + width)
            {
                buckets.Add(new(buckets[^1].Start + width, 0, 0, null));
            }
            PingBucket bucket = buckets[^1];
            buckets[^1] = bucket with
            {
                AnsweredCount = bucket.AnsweredCount + (sample.IsAnswered ? 1 : 0),
                LostCount = bucket.LostCount + (sample.IsAnswered ? 0 : 1),
                Responder = sample.Responder ?? bucket.Responder,
            };
        }
        return buckets;
    }

    private static List<PingOutage> Find(IReadOnlyList<PingSample> samples, TimeSpan interval)
    {
        var found = new List<PingOutage>();
        int first = -1;
        for (int i = 0; i < samples.Count; i++)
        {
            if (!samples[i].IsAnswered)
            {
                first = first < 0 ? i : first;
            }
            else if (first >= 0)
            {
                found.Add(Outage(samples, interval, first, i, ended: true));
                first = -1;
            }
        }
        if (first >= 0)
        {
            found.Add(Outage(samples, interval, first, samples.Count, ended: false));
        }
        return found;
    }

    private static PingOutage Outage(
        IReadOnlyList<PingSample> samples, TimeSpan interval, int first, int next, bool ended)
    {
        int last = ended ? next : next - 1;
        TimeSpan unobserved = TimeSpan.Zero;
        for (int i = first + 1; i <= last; i++)
        {
            TimeSpan gap = samples[i].SentAt - samples[i - 1].SentAt;
            unobserved += gap > interval * 2 ? gap - interval : TimeSpan.Zero;
        }
        TimeSpan all = samples[last].SentAt - samples[first].SentAt;
        return new(samples[first].SentAt, all - unobserved, unobserved, next - first, ended);
    }
}
