using System.IO.Compression;
using System.Text;

namespace Holdfast.HAProxyParity.Tests.Comparison;

/// <summary>A compressed body as what it is made of: how well it is compressed is each proxy's own matter.</summary>
internal static class CodedBody
{
    /// <summary>The body in one piece, as text; what cannot be read stays as it is.</summary>
    /// <param name="text">What <see cref="Messages.WithoutChunkBorders"/> makes of its chunks.</param>
    /// <param name="name">Name of its coding in HTTP.</param>
    public static string Read(string text, string name)
    {
        if (!text.EndsWith(Messages.Ending, StringComparison.Ordinal))
        {
            return text;
        }
        byte[] coded = Encoding.Latin1.GetBytes(text[Messages.Opening.Length..^Messages.Ending.Length]);
        foreach ((string kind, Func<Stream, Stream> open) in Kinds(name))
        {
            try
            {
                using Stream stream = open(new MemoryStream(coded));
                using var plain = new MemoryStream();
                stream.CopyTo(plain);
                return $"{Messages.Opening}{kind}: {Encoding.Latin1.GetString(plain.ToArray())}{Messages.Ending}";
            }
            catch (InvalidDataException)
            {
                // Another kind, or none.
            }
        }
        return text;
    }

    private static (string Kind, Func<Stream, Stream> Open)[] Kinds(string name) => name == "gzip"
        ? [("gzip", static s => new GZipStream(s, CompressionMode.Decompress))]
        : [
            ("zlib", static s => new ZLibStream(s, CompressionMode.Decompress)),
            ("raw deflate", static s => new DeflateStream(s, CompressionMode.Decompress)),
        ];
}
