using System.Text;
using Holdfast.Http.H1;
using Holdfast.Nginx.Requests;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Tests;

/// <summary>A request in memory, as one that came over a Unix socket.</summary>
internal sealed class MemoryRequest : IRequestFacts
{
    private readonly H1Head _head = new(leniency: H1Leniency.MissingHost);
    private readonly byte[] _bytes;

    internal MemoryRequest(string text)
    {
        _bytes = Encoding.Latin1.GetBytes(text);
        H1Result result = H1Parser.ParseRequest(_bytes, _head);
        Assert.True(result.Outcome == H1Outcome.Done, $"{text}: {result.Error}");
    }

    public HeadView Head => _head.On(_bytes);

    public IpAddress ClientAddress { get; init; }

    public int ClientPort { get; init; }

    public IpAddress LocalAddress { get; init; }

    public int LocalPort { get; init; }

    public bool IsTls { get; init; }

    public long ConnectionNumber => 1;

    public long ConnectionRequests => 1;

    public long ConnectedAt => Now;

    public long BeganAt => Now;

    public long Now { get; init; } = 1_795_000_000_123;

    public int UtcOffset { get; init; }

    public Guid Identity { get; } = new("0123456789abcdef0123456789abcdef");

    public long RequestLength => _bytes.Length;

    public int Status { get; init; } = 200;

    public long BytesSent { get; init; }

    public long BodyBytesSent { get; init; }

    public bool IsComplete => true;

    public bool IsPipelined => false;

    public bool TryGetSent(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        return false;
    }
}
