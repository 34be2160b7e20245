using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Proxy;

namespace Holdfast.Runtime.Supervision;

/// <summary>What the proxy process has last told of its servers and stick tables: who follows a crash begins with it.
/// </summary>
/// <remarks>
/// It is asked again and again, so that what is remembered is two seconds old, or twenty times as old as the telling
/// takes where tables are large: telling never takes more than a twentieth of a processor. The text stays in the
/// memory that the process has sealed, at most one snapshot of it.
/// </remarks>
internal sealed class ProxyMemory : IDisposable
{
    /// <summary>The number of its requests.</summary>
    internal const uint RequestId = uint.MaxValue - 1;

    private const int ShareOfProcessor = 20;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_intervalMax = TimeSpan.FromSeconds(60);

    private FdHandle? _known;
    private MonotonicTime _askedAt;

    /// <summary>How often it was told something.</summary>
    internal long Count { get; private set; }

    /// <summary>When the process is to be asked again; never: nobody is to be asked.</summary>
    internal MonotonicTime AskAt { get; private set; } = MonotonicTime.Never;

    /// <summary>A process serves: it is asked from now on.</summary>
    internal void Begin(MonotonicTime now) => AskAt = now + s_interval;

    /// <summary>Nobody is asked any more; what is known stays.</summary>
    internal void Pause() => AskAt = MonotonicTime.Never;

    /// <summary>Asks. Without an answer it is asked again after the longest interval.</summary>
    internal void Ask(ChildChannel channel, MonotonicTime now)
    {
        _askedAt = now;
        _ = channel.TrySend(new StatusRequestMessage(RequestId, StatusKind.ProxyState));
        AskAt = now + s_intervalMax;
    }

    /// <summary>Keeps an answer.</summary>
    internal void Keep(ChildChannel channel, MonotonicTime now)
    {
        FdHandle memory = channel.TakeDescriptor();
        if (AskAt.IsNever || memory.IsInvalid || !SealedMemory.IsSealed(memory.Number))
        {
            memory.Dispose();
            return;
        }
        _known?.Dispose();
        _known = memory;
        Count++;
        TimeSpan pause = (now - _askedAt) * ShareOfProcessor;
        AskAt = now + (pause < s_interval ? s_interval : pause > s_intervalMax ? s_intervalMax : pause);
    }

    /// <summary>What is known; empty: nothing.</summary>
    internal string Read()
        => _known is { } memory
            && SealedMemory.TryRead(memory.Number, ProxySnapshot.SizeMax, out byte[] bytes) == Errno.Success
                ? Encoding.UTF8.GetString(bytes) : "";

    /// <summary>Nothing is known any more.</summary>
    internal void Forget()
    {
        _known?.Dispose();
        _known = null;
    }

    /// <inheritdoc/>
    public void Dispose() => Forget();
}
