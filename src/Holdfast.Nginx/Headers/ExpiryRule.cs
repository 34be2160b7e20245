using Holdfast.Nginx.Conditions;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Headers;

/// <summary>What <c>expires</c> makes of an answer.</summary>
/// <param name="Expires">For Expires, in seconds since 1970.</param>
/// <param name="MaxAge">For Cache-Control: seconds; -1: it is "no-cache".</param>
public readonly record struct Expiry(long Expires, long MaxAge);

/// <summary><c>expires</c> of a place.</summary>
/// <param name="text">The last word: a time, "epoch", "max", "off", or what variables make of it.</param>
/// <param name="isModified">Whether "modified" stands before it.</param>
public sealed class ExpiryRule(CompiledText text, bool isModified)
{
    private const int Day = 86_400;

    /// <summary>Thu, 01 Jan 1970 00:00:01 GMT.</summary>
    private const long Epoch = 1;

    /// <summary>Thu, 31 Dec 2037 23:55:55 GMT, and ten years.</summary>
    private const long Latest = 2_145_916_555;
    private const long TenYears = 315_360_000;

    /// <summary>What it makes of an answer whose status <see cref="AddedFields.IsSafe"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="now">In seconds since 1970.</param>
    /// <param name="utcOffset">Local time less UTC, in seconds: times of the day are local.</param>
    /// <param name="lastModified">Of the content; <see cref="HttpDate.None"/>: unknown.</param>
    /// <param name="expiry">What is sent.</param>
    /// <returns>False: nothing.</returns>
    public bool TryFind(Request request, long now, int utcOffset, long lastModified, out Expiry expiry)
    {
        ReadOnlySpan<byte> value = text.Evaluate(request);
        expiry = default;
        if (!isModified && (value.SequenceEqual("epoch"u8) || value.SequenceEqual("max"u8)))
        {
            expiry = value[0] == 'e' ? new(Epoch, -1) : new(Latest, TenYears);
            return true;
        }
        if (value.IsEmpty)
        {
            return false;
        }
        bool isDaily = value[0] == '@';
        bool isMinus = value[0] == '-';
        value = isDaily || isMinus || value[0] == '+' ? value[1..] : value;
        if (!TimeValue.TryParse(value, out long time) || (isDaily && (isModified || time > Day)))
        {
            return false; // "off" is none either
        }
        time = isMinus ? -time : time;
        long at = isDaily ? NextTime(now, utcOffset, time)
            : time == 0 ? now
            : isModified && lastModified != HttpDate.None ? lastModified + time : now + time;
        long age = at - now;
        expiry = new(at, (time < 0 && !isDaily) || age < 0 ? -1 : age);
        return true;
    }

    /// <summary>Puts the value of Cache-Control.</summary>
    public static void PutCacheControl(Expiry expiry, TextBuilder to)
    {
        ArgumentNullException.ThrowIfNull(to);
        if (expiry.MaxAge < 0)
        {
            to.Put("no-cache"u8);
            return;
        }
        to.Put("max-age="u8);
        _ = System.Buffers.Text.Utf8Formatter.TryFormat(expiry.MaxAge, to.Room(20), out int length);
        to.Advance(length);
    }

    private static long NextTime(long now, int utcOffset, long time)
    {
        long local = now + utcOffset;
        long next = local - (local % Day) + time - utcOffset;
        return next > now ? next : next + Day;
    }
}
