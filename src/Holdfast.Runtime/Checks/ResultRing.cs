using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Checks;

/// <summary>One result of a checker.</summary>
/// <param name="Result">How the probe ended.</param>
/// <param name="Step">0-based index of the URL; 0 for all other checks.</param>
/// <param name="At">When it ended.</param>
/// <param name="Took">How long it took, to the microsecond; at most 71 minutes are told.</param>
public readonly record struct CheckResult(ProbeResult Result, int Step, MonotonicTime At, TimeSpan Took);

/// <summary>The last results of one checker. Adding allocates nothing.</summary>
internal sealed class ResultRing
{
    /// <summary>How many are kept.</summary>
    internal const int Capacity = 10;

    private readonly Entry[] _entries = new Entry[Capacity];
    private int _next;
    private int _count;

    private readonly record struct Entry(ProbeResult Result, MonotonicTime At, uint TookMicroseconds, ushort Step);

    internal void Add(ProbeResult result, int step, MonotonicTime at, TimeSpan took)
    {
        uint microseconds = (uint)Math.Clamp(took.Ticks / TimeSpan.TicksPerMicrosecond, 0, uint.MaxValue);
        _entries[_next] = new Entry(result, at, microseconds, (ushort)Math.Min(step, ushort.MaxValue));
        _next = (_next + 1) % Capacity;
        _count = Math.Min(_count + 1, Capacity);
    }

    /// <summary>All that are kept, the last one first.</summary>
    internal ImmutableArray<CheckResult> ToArray()
    {
        ImmutableArray<CheckResult>.Builder all = ImmutableArray.CreateBuilder<CheckResult>(_count);
        for (int i = 1; i <= _count; i++)
        {
            Entry entry = _entries[(_next - i + Capacity) % Capacity];
            all.Add(new CheckResult(
                entry.Result, entry.Step, entry.At, TimeSpan.FromMicroseconds(entry.TookMicroseconds)));
        }
        return all.MoveToImmutable();
    }
}
