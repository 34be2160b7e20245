using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Holdfast.HAProxy.Fetches;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Converters;

/// <summary><c>jwt_verify</c>: whether a JSON web token (RFC 7519) is signed by whom it should be.</summary>
internal static class TokenVerification
{
    private const long UnknownAlgorithm = -1;
    private const long UnmanagedAlgorithm = -2;
    private const long InvalidToken = -3;
    private const long UnknownKey = -5;
    private const int AlgorithmSize = 5;

    private delegate int Mac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bytes, Span<byte> into);

    public static void Register(Dictionary<string, StepFactory> table) => table.Register("jwt_verify", Compile);

    private static SampleStep Compile(StepArguments a)
    {
        SampleStep algorithm = BinaryConverters.TextOf(a, 0);
        SampleStep key = BinaryConverters.TextOf(a, 1);
        ThreadLocal<AsymmetricAlgorithm?>? file = null;
        if (!a.Text(0).StartsWith("HS", StringComparison.Ordinal) && !BinaryConverters.IsVariable(a.Text(1))
            && a.Environment.ReadFile(a.Text(1)) is { } pem)
        {
            string text = Encoding.ASCII.GetString(pem);
            // An object of a key is for one thread at a time.
            file = new ThreadLocal<AsymmetricAlgorithm?>(() => ReadKey(text));
        }
        return (c, ref s) =>
        {
            var named = new Sample();
            var secret = new Sample();
            return algorithm(c, ref named) && key(c, ref secret)
                && s.Set(Verify(s.Bytes, named.Bytes, secret.Bytes, file?.Value, c));
        };
    }

    private static long Verify(ReadOnlySpan<byte> token, ReadOnlySpan<byte> algorithm, ReadOnlySpan<byte> secret,
        AsymmetricAlgorithm? key, RequestContext context)
    {
        if (algorithm.Length != AlgorithmSize || !(algorithm[2..].SequenceEqual("256"u8)
            || algorithm[2..].SequenceEqual("384"u8) || algorithm[2..].SequenceEqual("512"u8)))
        {
            return UnknownAlgorithm;
        }
        ReadOnlySpan<byte> family = algorithm[..2];
        if (family.SequenceEqual("PS"u8))
        {
            return UnmanagedAlgorithm;
        }
        if (!family.SequenceEqual("HS"u8) && !family.SequenceEqual("RS"u8) && !family.SequenceEqual("ES"u8))
        {
            return UnknownAlgorithm;
        }
        int last = token.LastIndexOf((byte)'.');
        var coded = new Sample();
        if (last < 0 || token.Count((byte)'.') != 2 || !coded.SetText(token[(last + 1)..])
            || !CodingConverters.Decode64(context, ref coded, isUrl: true))
        {
            return InvalidToken;
        }
        ReadOnlySpan<byte> proof = coded.Bytes;
        ReadOnlySpan<byte> signed = token[..last];
        HashAlgorithmName hash = algorithm[2] switch
        {
            (byte)'2' => HashAlgorithmName.SHA256,
            (byte)'3' => HashAlgorithmName.SHA384,
            _ => HashAlgorithmName.SHA512,
        };
        bool? isGood = (family[0], key) switch
        {
            ((byte)'H', _) => IsMac(signed, proof, secret, hash),
            ((byte)'R', RSA rsa) => rsa.VerifyData(signed, proof, hash, RSASignaturePadding.Pkcs1),
            ((byte)'E', ECDsa ec) => ec.VerifyData(signed, proof, hash),
            (_, null) => null,
            _ => false,
        };
        return isGood is { } known ? known ? 1 : 0 : UnknownKey;
    }

    private static bool IsMac(
        ReadOnlySpan<byte> signed, ReadOnlySpan<byte> proof, ReadOnlySpan<byte> secret, HashAlgorithmName hash)
    {
        Span<byte> made = stackalloc byte[64];
        Mac mac = hash == HashAlgorithmName.SHA256 ? HMACSHA256.HashData
            : hash == HashAlgorithmName.SHA384 ? HMACSHA384.HashData : HMACSHA512.HashData;
        return CryptographicOperations.FixedTimeEquals(made[..mac(secret, signed, made)], proof);
    }

    /// <summary>A public key, or that of a certificate; null: it is none.</summary>
    private static AsymmetricAlgorithm? ReadKey(string pem)
    {
        try
        {
            if (pem.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal))
            {
                using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem);
                return (AsymmetricAlgorithm?)certificate.GetRSAPublicKey() ?? certificate.GetECDsaPublicKey();
            }
            try
            {
                var rsa = RSA.Create();
                rsa.ImportFromPem(pem);
                return rsa;
            }
            catch (CryptographicException)
            {
                var ec = ECDsa.Create();
                ec.ImportFromPem(pem);
                return ec;
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }
}
