using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Limits;

/// <summary>A line of <c>limit_req</c>.</summary>
/// <param name="Zone">Its zone.</param>
/// <param name="Key">What is counted.</param>
/// <param name="Burst">Requests above the rate that are taken.</param>
/// <param name="Delay">Requests above the rate that do not wait; -1: none waits (<c>nodelay</c>).</param>
public sealed record RequestLimitLine(RequestZone Zone, CompiledText Key, int Burst, int Delay)
{
    internal long BurstThousandths => Burst * 1000L;

    internal long DelayThousandths => Delay < 0 ? long.MaxValue : Delay * 1000L;
}

/// <summary>What <c>limit_req</c> says of a request.</summary>
/// <param name="Status">What becomes of it.</param>
/// <param name="DelayMilliseconds">How long it waits; also for a limit that is only tried.</param>
/// <param name="Excess">For the log: thousandths of a request above the rate.</param>
/// <param name="Zone">For the log: the zone that has decided; null: none had to.</param>
/// <param name="IsZoneFull">Whether it is refused because the zone has no room.</param>
public readonly record struct RequestLimitResult(
    LimitStatus Status, long DelayMilliseconds, long Excess, RequestZone? Zone, bool IsZoneFull);

/// <summary>The <c>limit_req</c> lines of a place. On any thread.</summary>
/// <param name="lines">The lines; at most <see cref="LinesMax"/>.</param>
/// <param name="isDryRun"><c>limit_req_dry_run</c>.</param>
public sealed class RequestLimits(RequestLimitLine[] lines, bool isDryRun)
{
    /// <summary>How many lines may hold at a place.</summary>
    public const int LinesMax = 64;

    private readonly RequestLimitLine[] _lines = lines.Length <= LinesMax ? lines
        : throw new ArgumentOutOfRangeException(nameof(lines), lines.Length, $"are more than {LinesMax}");

    /// <summary>Asks all zones; the request is counted when all agree, in each of them, and by none else.</summary>
    /// <param name="request">The request; asked once.</param>
    /// <param name="now">In milliseconds, of a clock that does not go back.</param>
    public RequestLimitResult Ask(Request request, long now)
    {
        Span<int> held = stackalloc int[LinesMax];
        int count = 0;
        var answer = ZoneAnswer.Held;
        bool isAsked = false;
        long excess = 0;
        for (; count < _lines.Length; count++)
        {
            RequestLimitLine line = _lines[count];
            held[count] = SlabPages.None;
            ReadOnlySpan<byte> key = line.Key.Evaluate(request);
            if (key.Length is 0 or > RequestZone.KeyMax)
            {
                continue;
            }
            isAsked = true;
            bool isLast = count == _lines.Length - 1;
            answer = line.Zone.Ask(key, line.BurstThousandths, isLast, now, out excess, out int entry);
            if (answer != ZoneAnswer.Held)
            {
                break;
            }
            held[count] = entry;
        }
        if (!isAsked)
        {
            return default;
        }
        if (answer is ZoneAnswer.Busy or ZoneAnswer.Full)
        {
            Release(held[..count]);
            return new(isDryRun ? LimitStatus.RejectedDryRun : LimitStatus.Rejected, 0, excess, _lines[count].Zone,
                answer == ZoneAnswer.Full);
        }
        return Count(held[..count], answer == ZoneAnswer.Counted ? _lines[count] : null, excess, now);
    }

    private void Release(ReadOnlySpan<int> held)
    {
        for (int i = 0; i < held.Length; i++)
        {
            if (held[i] != SlabPages.None)
            {
                _lines[i].Zone.Release(held[i]);
            }
        }
    }

    /// <summary>Counts in the zones that were held; the longest delay of all is the request's.</summary>
    private RequestLimitResult Count(ReadOnlySpan<int> held, RequestLimitLine? counted, long countedExcess, long now)
    {
        long delay = counted is null ? 0 : DelayOf(counted, countedExcess);
        long excess = countedExcess;
        RequestZone? zone = counted?.Zone;
        for (int i = held.Length - 1; i >= 0; i--)
        {
            if (held[i] == SlabPages.None)
            {
                continue;
            }
            long one = _lines[i].Zone.Charge(held[i], now);
            if (DelayOf(_lines[i], one) is var itsDelay && itsDelay > delay)
            {
                (delay, excess, zone) = (itsDelay, one, _lines[i].Zone);
            }
        }
        LimitStatus status = delay == 0 ? LimitStatus.Passed
            : isDryRun ? LimitStatus.DelayedDryRun : LimitStatus.Delayed;
        return new(status, delay, excess, delay == 0 ? null : zone, IsZoneFull: false);
    }

    private static long DelayOf(RequestLimitLine line, long excess)
        => excess <= line.DelayThousandths ? 0 : (excess - line.DelayThousandths) * 1000 / line.Zone.Rate;
}
