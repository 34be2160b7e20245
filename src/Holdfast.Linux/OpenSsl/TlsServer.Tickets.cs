using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Holdfast.Linux.OpenSsl;

/// <summary>Session tickets by given keys, so that several machines, and processes after each other, share them.
/// </summary>
public sealed unsafe partial class TlsServer
{
    private const int NameSize = 16;
    private const int IvSize = 16;
    private const int LargeKey = 80;
    private const int Found = 1;
    private const int FoundAndRenew = 2;

    private static readonly byte* s_macKey = Literal("key");
    private static readonly byte* s_macDigest = Literal("digest");
    private static readonly byte* s_sha256 = Literal("SHA256");

    private Keys* _keys;

    private void SetTicketKeys(ImmutableArray<byte[]> keys)
    {
        if (keys.IsEmpty)
        {
            return;
        }
        _keys = (Keys*)NativeMemory.AllocZeroed((nuint)(sizeof(Keys) + (keys.Length * sizeof(Key))));
        _keys->Count = keys.Length;
        // The last one is for tickets to come: it is distributed before anybody uses it.
        _keys->Current = Math.Max(0, keys.Length - 2);
        for (int i = 0; i < keys.Length; i++)
        {
            Key* key = _keys->First + i;
            key->Size = keys[i].Length;
            keys[i].CopyTo(new Span<byte>(key->Bytes, LargeKey));
        }
        foreach (Entry entry in _entries)
        {
            UseTicketKeys(entry);
        }
    }

    private void UseTicketKeys(Entry entry)
    {
        if (_keys is not null)
        {
            _ = LibSsl.SSL_CTX_set_ex_data(entry.Context, KeySlot.Index, _keys);
            _ = LibSsl.SSL_CTX_set_tlsext_ticket_key_evp_cb(entry.Context, &OnTicket);
        }
    }

    private void FreeTicketKeys()
    {
        if (_keys is not null)
        {
            NativeMemory.Clear(_keys, (nuint)(sizeof(Keys) + (_keys->Count * sizeof(Key))));
            NativeMemory.Free(_keys);
            _keys = null;
        }
    }

    [UnmanagedCallersOnly]
    private static int OnTicket(void* ssl, byte* name, byte* iv, void* cipher, void* mac, int isNew)
    {
        var keys = (Keys*)LibSsl.SSL_CTX_get_ex_data(LibSsl.SSL_get_SSL_CTX(ssl), KeySlot.Index);
        if (keys is null)
        {
            return 0;
        }
        if (isNew == 1)
        {
            Key* current = keys->First + keys->Current;
            new ReadOnlySpan<byte>(current->Bytes, NameSize).CopyTo(new Span<byte>(name, NameSize));
            return LibSsl.RAND_bytes(iv, IvSize) == 1 && Begin(current, cipher, mac, iv, isNew: true) ? Found : -1;
        }
        for (int i = 0; i < keys->Count; i++)
        {
            Key* key = keys->First + i;
            if (new ReadOnlySpan<byte>(name, NameSize).SequenceEqual(new ReadOnlySpan<byte>(key->Bytes, NameSize)))
            {
                return !Begin(key, cipher, mac, iv, isNew: false) ? -1 : i < keys->Current ? FoundAndRenew : Found;
            }
        }
        return 0; // an unknown key: a whole handshake
    }

    /// <summary>Of 48 bytes: name, key of AES-128, key of the MAC; of 80 bytes the same with AES-256.</summary>
    private static bool Begin(Key* key, void* cipher, void* mac, byte* iv, bool isNew)
    {
        bool isLarge = key->Size == LargeKey;
        byte* cipherKey = key->Bytes + NameSize;
        byte* macKey = cipherKey + (isLarge ? 2 * NameSize : NameSize);
        LibSsl.OsslParam* parameters = stackalloc LibSsl.OsslParam[3];
        parameters[0] = new()
        {
            Key = s_macKey, DataType = LibSsl.OSSL_PARAM_OCTET_STRING, Data = macKey,
            DataSize = (nuint)(isLarge ? 2 * NameSize : NameSize),
        };
        parameters[1] = new()
        {
            Key = s_macDigest, DataType = LibSsl.OSSL_PARAM_UTF8_STRING, Data = s_sha256, DataSize = 6,
        };
        parameters[2] = default;
        void* algorithm = isLarge ? LibSsl.EVP_aes_256_cbc() : LibSsl.EVP_aes_128_cbc();
        int begun = isNew ? LibSsl.EVP_EncryptInit_ex(cipher, algorithm, null, cipherKey, iv)
            : LibSsl.EVP_DecryptInit_ex(cipher, algorithm, null, cipherKey, iv);
        return begun == 1 && LibSsl.EVP_MAC_CTX_set_params(mac, parameters) == 1;
    }

    private static byte* Literal(string text)
    {
        byte[] bytes = Utf8Strings.Terminated(text);
        byte* memory = (byte*)NativeMemory.Alloc((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(memory, bytes.Length));
        return memory;
    }

    /// <summary>Made when there is a context, and so the library.</summary>
    private static class KeySlot
    {
        internal static readonly int Index
            = LibSsl.CRYPTO_get_ex_new_index(LibSsl.CRYPTO_EX_INDEX_SSL_CTX, 0, null, null, null, null);
    }

    private struct Key
    {
        internal int Size;
        internal fixed byte Bytes[LargeKey];
    }

    private struct Keys
    {
        internal int Count;
        internal int Current;

        internal Key* First => (Key*)((Keys*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref this) + 1);
    }
}
