using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Linux.Compression;

namespace Holdfast.Proxy.Programs;

/// <summary>A way to code a body.</summary>
/// <param name="Name">Its name in the file: <c>res.comp_algo</c>.</param>
/// <param name="Coding">Its name in HTTP: a token of Accept-Encoding.</param>
/// <param name="Format">What is made of the body; null: it stays as it is (identity).</param>
public sealed record CompressionAlgorithm(byte[] Name, byte[] Coding, DeflateFormat? Format)
{
    internal static CompressionAlgorithm Of(string name) => name switch
    {
        "gzip" => new("gzip"u8.ToArray(), "gzip"u8.ToArray(), DeflateFormat.Gzip),
        "deflate" => new("deflate"u8.ToArray(), "deflate"u8.ToArray(), DeflateFormat.Zlib),
        "raw-deflate" => new("raw-deflate"u8.ToArray(), "deflate"u8.ToArray(), DeflateFormat.Raw),
        _ => new("identity"u8.ToArray(), "identity"u8.ToArray(), null),
    };
}

/// <summary><c>compression</c> of a frontend or backend. Immutable.</summary>
public sealed class CompressionProgram
{
    internal CompressionProgram(CompressionModel model)
    {
        // The one that the file names last is asked first.
        Algorithms = [.. model.Algorithms.Reverse().Select(CompressionAlgorithm.Of)];
        Types = [.. model.Types.Reverse().Select(ByteText.ToBytes)];
        IsOffloaded = model.IsOffloaded;
        ResponseSizeMin = model.ResponseSizeMin;
    }

    /// <summary>What may be chosen, the best one first; empty: nothing.</summary>
    public ImmutableArray<CompressionAlgorithm> Algorithms { get; }

    /// <summary>Beginnings of the media types that are compressed; empty: all.</summary>
    public ImmutableArray<byte[]> Types { get; }

    /// <summary>Whether servers are not to know that the client understands compression.</summary>
    public bool IsOffloaded { get; }

    /// <summary>Responses that are known to be shorter are passed on as they are. Default 0 bytes.</summary>
    public long ResponseSizeMin { get; }
}
