using Holdfast.Primitives;

namespace Holdfast.Runtime.Processes;

/// <summary>A part of a loop that wants to be called at a time.</summary>
public interface ITimed
{
    /// <summary>When <see cref="OnTime"/> is due; <see cref="MonotonicTime.Never"/> when nothing is.</summary>
    MonotonicTime Deadline { get; }

    /// <summary>Does what is due at <paramref name="now"/>; nothing when called early.</summary>
    void OnTime(MonotonicTime now);
}
