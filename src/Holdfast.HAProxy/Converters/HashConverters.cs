using System.IO.Hashing;
using System.Security.Cryptography;
using Holdfast.Balancing.Hashing;
using Holdfast.HAProxy.Fetches;
using Holdfast.HAProxy.Samples;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Converters;

/// <summary>Hashes and digests.</summary>
internal static class HashConverters
{
    private delegate uint Hash(ReadOnlySpan<byte> bytes);

    private delegate int Digest(ReadOnlySpan<byte> bytes, Span<byte> to);

    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("crc32", static a => Of(a, static b => Hash32.Compute(HashFunction.Crc32, b)));
        table.Register("crc32c", static a => Of(a, Crc32C.Compute));
        table.Register("djb2", static a => Of(a, static b => Hash32.Compute(HashFunction.Djb2, b)));
        table.Register("sdbm", static a => Of(a, static b => Hash32.Compute(HashFunction.Sdbm, b)));
        table.Register("xxh32", static a =>
        {
            int seed = unchecked((int)a.Integer(0));
            return (_, ref s) => s.Set((long)XxHash32.HashToUInt32(s.Bytes, seed));
        });
        table.Register("xxh64", static a =>
        {
            long seed = a.Integer(0);
            return (_, ref s) => s.Set(unchecked((long)XxHash64.HashToUInt64(s.Bytes, seed)));
        });
        table.Register("sha1", static a => Of(SHA1.HashData));
        table.Register("sha2", static a => Of(a.Integer(0, 256) switch
        {
            384 => SHA384.HashData,
            512 => SHA512.HashData,
            _ => SHA256.HashData,
        }));
        table.Register("digest", static a => Of(a.Text(0).ToUpperInvariant() switch
        {
            "MD5" => MD5.HashData,
            "SHA1" => SHA1.HashData,
            "SHA384" => SHA384.HashData,
            "SHA512" => SHA512.HashData,
            _ => SHA256.HashData,
        }));
    }

    private static SampleStep Of(StepArguments a, Hash hash)
    {
        bool avalanche = a.Integer(0) != 0;
        return (_, ref s) =>
        {
            uint value = hash(s.Bytes);
            return s.Set((long)(avalanche ? Hash32.Avalanche(value) : value));
        };
    }

    private static SampleStep Of(Digest digest) => (c, ref s) =>
        c.Scratch.TryTake(64, out Span<byte> room) && s.SetBinary(room[..digest(s.Bytes, room)]);
}
