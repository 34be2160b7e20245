using Holdfast.Linux;
using Holdfast.Linux.Compression;
using Holdfast.Proxy.Counters;

namespace Holdfast.Proxy.Compression;

/// <summary>The streams of one loop, used again. For its thread.</summary>
internal sealed class CompressorPool(CompressionBudget budget)
{
    private const int IdleMax = 16;
    private const long MeasureMilliseconds = 500;
    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly Stack<Deflater>[] _idle = [new(IdleMax), new(IdleMax), new(IdleMax)];
    private long _measuredAt;
    private long _usedBefore;
    private bool _isBusy;
    private byte[]? _room;

    /// <summary>Bytes given to compression.</summary>
    internal EventRate In;

    /// <summary>Bytes that it has made.</summary>
    internal EventRate Out;

    /// <summary>Where streams write to; each uses it within one call.</summary>
    internal byte[] Room => _room ??= new byte[16_384];

    /// <summary>Whether something new may be compressed now.</summary>
    internal bool MayBegin(long now)
        => (budget.BytesPerSecondMax == 0 || budget.BytesIn(now) <= budget.BytesPerSecondMax)
            && (budget.Settings.ProcessorPercentMax >= 100 || !IsBusy(now));

    /// <summary>A stream; null: there are too many.</summary>
    internal Deflater? Rent(DeflateFormat format)
    {
        if (_idle[(int)format].TryPop(out Deflater? found))
        {
            return found;
        }
        if (!budget.TryEnter())
        {
            return null;
        }
        Deflater? made = Deflater.TryCreate(format, budget.Settings.Level);
        if (made is null)
        {
            budget.Leave();
        }
        return made;
    }

    internal void Return(Deflater deflater)
    {
        Stack<Deflater> idle = _idle[(int)deflater.Format];
        if (idle.Count < IdleMax)
        {
            deflater.Reset();
            idle.Push(deflater);
            return;
        }
        deflater.Dispose();
        budget.Leave();
    }

    /// <summary>Whether the loop has worked for more of the last half second than it may for this.</summary>
    private bool IsBusy(long now)
    {
        long passed = now - _measuredAt;
        if (passed >= MeasureMilliseconds)
        {
            long used = MonotonicClock.ThreadNanoseconds;
            _isBusy = _measuredAt > 0 && (used - _usedBefore) / NanosecondsPerMillisecond * 100
                > passed * budget.Settings.ProcessorPercentMax;
            _measuredAt = now;
            _usedBefore = used;
        }
        return _isBusy;
    }
}
