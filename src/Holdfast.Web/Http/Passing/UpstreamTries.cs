namespace Holdfast.Web.Http.Passing;

/// <summary>All attempts for one request, in order; those beyond a bound replace the last one.</summary>
internal sealed class UpstreamTries
{
    private const int Max = 32;

    private UpstreamTry[] _tries = new UpstreamTry[2];

    /// <summary>How many.</summary>
    internal int Count { get; private set; }

    /// <summary>The last one; there must be one.</summary>
    internal ref UpstreamTry Last => ref _tries[Count - 1];

    /// <summary>One by its number.</summary>
    internal ref readonly UpstreamTry this[int index] => ref _tries[index];

    /// <summary>Begins another one.</summary>
    internal void Add(long now)
    {
        if (Count == _tries.Length && Count < Max)
        {
            Array.Resize(ref _tries, Count * 2);
        }
        Count = Math.Min(Count + 1, Max);
        Last = new UpstreamTry { Began = now, ConnectTime = -1, HeaderTime = -1, ResponseTime = -1 };
    }

    /// <summary>Forgets all.</summary>
    internal void Clear() => Count = 0;
}
