using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Holdfast.Linux.OpenSsl;

/// <summary>What was found wrong with the certificate of a peer, and what of it does not matter.</summary>
/// <remarks>Packed into the connection's data: bits 0-9 the peer's, 10-19 an authority's, 20 on its depth.</remarks>
internal static unsafe class TlsVerification
{
    private const int CodeBits = 10;
    private const int CodeMask = (1 << CodeBits) - 1;
    private const int CodesPerWord = 64;
    private const int WordsPerSide = 2;

    private static readonly int s_found
        = LibSsl.CRYPTO_get_ex_new_index(LibSsl.CRYPTO_EX_INDEX_SSL, 0, null, null, null, null);

    private static readonly int s_ignored = LibSsl.CRYPTO_get_ex_new_index(
        LibSsl.CRYPTO_EX_INDEX_SSL_CTX, 0, null, null, null, (delegate* unmanaged<void*, void*, void*, int, nint,
            void*, void>)&FreeIgnored);

    private static readonly int s_sslOfStore = LibSsl.SSL_get_ex_data_X509_STORE_CTX_idx();

    /// <summary>Names errors that do not matter.</summary>
    internal static void SetIgnored(void* context, ImmutableArray<int> authority, ImmutableArray<int> certificate)
    {
        if (authority.IsEmpty && certificate.IsEmpty)
        {
            return;
        }
        ulong* words = (ulong*)NativeMemory.AllocZeroed(2 * WordsPerSide, sizeof(ulong));
        Fill(words, authority);
        Fill(words + WordsPerSide, certificate);
        _ = LibSsl.SSL_CTX_set_ex_data(context, s_ignored, words);
    }

    /// <summary>The first error of the peer's own certificate; 0: none.</summary>
    internal static int ErrorOf(void* ssl) => (int)Found(ssl) & CodeMask;

    /// <summary>The first error of an authority's certificate; 0: none.</summary>
    internal static int AuthorityErrorOf(void* ssl) => ((int)Found(ssl) >> CodeBits) & CodeMask;

    /// <summary>How far above the peer's that certificate is.</summary>
    internal static int AuthorityDepthOf(void* ssl) => (int)Found(ssl) >> (2 * CodeBits);

    [UnmanagedCallersOnly]
    internal static int OnVerify(int isGood, void* store)
    {
        if (isGood == 1)
        {
            return 1;
        }
        void* ssl = LibSsl.X509_STORE_CTX_get_ex_data(store, s_sslOfStore);
        int error = LibSsl.X509_STORE_CTX_get_error(store);
        int depth = LibSsl.X509_STORE_CTX_get_error_depth(store);
        nint found = Found(ssl);
        if (depth > 0 && ((int)found >> CodeBits & CodeMask) == 0)
        {
            found |= ((error & CodeMask) << CodeBits) | (depth << (2 * CodeBits));
        }
        else if (depth == 0 && ((int)found & CodeMask) == 0)
        {
            found |= error & CodeMask;
        }
        _ = LibSsl.SSL_set_ex_data(ssl, s_found, (void*)found);
        ulong* ignored = (ulong*)LibSsl.SSL_CTX_get_ex_data(LibSsl.SSL_get_SSL_CTX(ssl), s_ignored);
        if (ignored is null || error < 0 || error >= CodesPerWord * WordsPerSide)
        {
            return 0;
        }
        ulong* side = depth > 0 ? ignored : ignored + WordsPerSide;
        return (side[error / CodesPerWord] >> (error % CodesPerWord) & 1) == 1 ? 1 : 0;
    }

    [UnmanagedCallersOnly]
    private static void FreeIgnored(void* parent, void* data, void* all, int index, nint argument, void* pointer)
        => NativeMemory.Free(data);

    private static nint Found(void* ssl) => (nint)LibSsl.SSL_get_ex_data(ssl, s_found);

    private static void Fill(ulong* words, ImmutableArray<int> codes)
    {
        foreach (int code in codes.Where(static c => c is >= 0 and < CodesPerWord * WordsPerSide))
        {
            words[code / CodesPerWord] |= 1UL << (code % CodesPerWord);
        }
    }
}
