using Holdfast.Http.H1;
using Holdfast.HAProxy.Samples;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Http;

/// <summary>A message that was refused, as <c>show errors</c> shows it.</summary>
public sealed record BadMessage
{
    /// <summary>How many were refused before it in this process.</summary>
    public long Event { get; init; }

    /// <summary>When, in microseconds since 1970.</summary>
    public long At { get; init; }

    /// <summary>Whose request it was, or whose server's response.</summary>
    public required ProxyIdentity Proxy { get; init; }

    /// <summary>The proxy at the other side; null: none was chosen.</summary>
    public ProxyIdentity? Other { get; init; }

    /// <summary>The server; null: none was chosen.</summary>
    public ProxyIdentity? Server { get; init; }

    /// <summary>The client.</summary>
    public IpAddress Source { get; init; }

    /// <summary>The client's port.</summary>
    public int SourcePort { get; init; }

    /// <summary>The byte that is to blame, from the first one on.</summary>
    public int Position { get; init; }

    /// <summary>Why.</summary>
    public H1Error Error { get; init; }

    /// <summary>All bytes that were there, the message's and what came behind.</summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }
}

/// <summary>The last message of one proxy and direction that was refused.</summary>
/// <remarks>
/// Its buffer is made for the first one and used for all: who sends many of them makes us copy, and no more.
/// </remarks>
public sealed class BadMessageMemory
{
    private readonly Lock _gate = new();
    private BadMessage? _last;
    private byte[] _bytes = [];

    /// <summary>The last one; null: there was none.</summary>
    public BadMessage? Last
    {
        get
        {
            lock (_gate)
            {
                return _last is { } last ? last with { Bytes = last.Bytes.ToArray() } : null;
            }
        }
    }

    internal void Keep(BadMessage message, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_bytes.Length < bytes.Length)
            {
                _bytes = new byte[bytes.Length];
            }
            bytes.CopyTo(_bytes);
            _last = message with { Bytes = _bytes.AsMemory(0, bytes.Length) };
        }
    }
}
