using System.Buffers.Binary;

namespace Holdfast.Linux.OpenSsl;

/// <summary>What a client's hello says, while the library lets it be looked at.</summary>
internal readonly unsafe ref struct ClientHelloFacts(void* ssl)
{
    private const int HostName = 0;
    private const int SignatureRsa = 1;
    private const int SignatureEcdsa = 3;
    private const int HashIntrinsic = 8; // 0x08xx: RSA-PSS and Edwards curves
    private const int NameHeader = 5; // list length, kind, name length

    private readonly void* _ssl = ssl;

    /// <summary>Reads the server's name.</summary>
    /// <returns>Its length; 0: there is none that could be a host's.</returns>
    internal int ReadName(Span<char> into)
    {
        ReadOnlySpan<byte> extension = Extension(LibSsl.TLSEXT_TYPE_server_name);
        if (extension.Length < NameHeader || extension[2] != HostName)
        {
            return 0;
        }
        int length = BinaryPrimitives.ReadUInt16BigEndian(extension[3..]);
        ReadOnlySpan<byte> name = extension[NameHeader..];
        if (length > name.Length || length > into.Length)
        {
            return 0;
        }
        for (int i = 0; i < length; i++)
        {
            if (name[i] is 0 or >= 0x80)
            {
                return 0;
            }
            into[i] = (char)name[i];
        }
        return length;
    }

    /// <summary>What the client can verify.</summary>
    internal TlsClientAbility Ability()
    {
        ReadOnlySpan<byte> extension = Extension(LibSsl.TLSEXT_TYPE_signature_algorithms);
        if (extension.Length < 2)
        {
            return new(HasRsa: true, HasEcdsa: false); // older than TLS 1.2
        }
        bool hasRsa = false;
        bool hasEcdsa = false;
        for (int i = 2; i + 1 < extension.Length; i += 2)
        {
            hasRsa |= extension[i + 1] == SignatureRsa && extension[i] != HashIntrinsic;
            hasEcdsa |= extension[i + 1] == SignatureEcdsa && extension[i] != HashIntrinsic;
        }
        return new(hasRsa, hasEcdsa && HasEcdsaCipher());
    }

    private bool HasEcdsaCipher()
    {
        byte* codes;
        nuint count = LibSsl.SSL_client_hello_get0_ciphers(_ssl, &codes);
        for (nuint i = 0; i + 1 < count; i += 2)
        {
            // Signals (renegotiation info, fallback) stand among the ciphers, and count as any kind.
            bool isSignal = (codes[i], codes[i + 1]) is (0x00, 0xFF) or (0x56, 0x00);
            void* cipher = isSignal ? null : LibSsl.SSL_CIPHER_find(_ssl, codes + i);
            if (cipher is not null
                && LibSsl.SSL_CIPHER_get_auth_nid(cipher) is LibSsl.NID_auth_ecdsa or LibSsl.NID_auth_any)
            {
                return true;
            }
        }
        return false;
    }

    private ReadOnlySpan<byte> Extension(uint type)
    {
        byte* bytes;
        nuint count;
        return LibSsl.SSL_client_hello_get0_ext(_ssl, type, &bytes, &count) == 1
            ? new ReadOnlySpan<byte>(bytes, (int)count) : default;
    }
}
