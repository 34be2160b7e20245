using System.Globalization;
using System.Text;

namespace Holdfast.Linux.OpenSsl;

/// <summary>A look at a certificate of a connection.</summary>
public readonly unsafe ref struct TlsCertificateView
{
    private const int OnelineMax = 8192;

    private readonly void* _certificate;
    private readonly bool _isOwned;

    internal TlsCertificateView(void* certificate, bool isOwned)
    {
        _certificate = certificate;
        _isOwned = isOwned;
    }

    /// <summary>Whether there is one.</summary>
    public bool IsPresent => _certificate is not null;

    /// <summary>Its version: 1 to 3.</summary>
    public int Version => (int)LibSsl.X509_get_version(_certificate) + 1;

    /// <summary>Its serial number, big endian.</summary>
    public ReadOnlySpan<byte> Serial => Bytes(LibSsl.X509_get0_serialNumber(_certificate));

    /// <summary>From when it is valid, as it is written in it without the century: YYMMDDhhmmssZ.</summary>
    public ReadOnlySpan<byte> NotBefore => Time(Bytes(LibSsl.X509_get0_notBefore(_certificate)));

    /// <summary>Until when it is valid, in the same form.</summary>
    public ReadOnlySpan<byte> NotAfter => Time(Bytes(LibSsl.X509_get0_notAfter(_certificate)));

    /// <summary>From when it is valid.</summary>
    public DateTime ValidFrom => Instant(Bytes(LibSsl.X509_get0_notBefore(_certificate)));

    /// <summary>Until when it is valid.</summary>
    public DateTime ValidUntil => Instant(Bytes(LibSsl.X509_get0_notAfter(_certificate)));

    /// <summary>Name of the algorithm by which it is signed, such as "RSA-SHA256".</summary>
    public ReadOnlySpan<byte> SignatureAlgorithm
        => TlsConnection.Text(LibSsl.OBJ_nid2sn(LibSsl.X509_get_signature_nid(_certificate)));

    /// <summary>Name of the kind of its key, such as "rsaEncryption".</summary>
    public ReadOnlySpan<byte> KeyAlgorithm
    {
        get
        {
            void* algorithm;
            void* key = LibSsl.X509_get_X509_PUBKEY(_certificate);
            return key is null || LibSsl.X509_PUBKEY_get0_param(&algorithm, null, null, null, key) != 1
                ? default : TlsConnection.Text(LibSsl.OBJ_nid2sn(LibSsl.OBJ_obj2nid(algorithm)));
        }
    }

    /// <summary>Kind and bits of its key, such as "EC256" and "RSA2048".</summary>
    public string KeyKind
    {
        get
        {
            void* key = LibSsl.X509_get0_pubkey(_certificate);
            string kind = LibSsl.EVP_PKEY_get_base_id(key) switch
            {
                LibSsl.EVP_PKEY_RSA or LibSsl.EVP_PKEY_RSA_PSS => "RSA",
                LibSsl.EVP_PKEY_EC => "EC",
                _ => "",
            };
            return FormattableString.Invariant($"{kind}{LibSsl.EVP_PKEY_get_bits(key)}");
        }
    }

    /// <summary>Writes it as DER.</summary>
    /// <returns>Its length; nothing is written when there is not enough room.</returns>
    public int ReadDer(Span<byte> into)
    {
        int length = LibSsl.i2d_X509(_certificate, null);
        if (length > 0 && length <= into.Length)
        {
            fixed (byte* bytes = into)
            {
                byte* at = bytes;
                _ = LibSsl.i2d_X509(_certificate, &at);
            }
        }
        return length;
    }

    /// <summary>Writes its SHA-1 fingerprint, 20 bytes.</summary>
    public int ReadSha1(Span<byte> into)
    {
        uint count = 0;
        fixed (byte* bytes = into)
        {
            return into.Length >= 20 && LibSsl.X509_digest(_certificate, LibSsl.EVP_sha1(), bytes, &count) == 1
                ? (int)count : 0;
        }
    }

    /// <summary>Writes a whole name as /C=…/CN=….</summary>
    /// <param name="isIssuer">The issuer's, or the subject's.</param>
    /// <param name="into">Where to.</param>
    public int ReadName(bool isIssuer, Span<byte> into)
    {
        void* name = Name(isIssuer);
        if (LibSsl.X509_NAME_entry_count(name) == 0)
        {
            return 0;
        }
        byte* line = stackalloc byte[OnelineMax];
        return LibSsl.X509_NAME_oneline(name, line, OnelineMax) is null ? 0
            : Copy(TlsConnection.Text(line), into);
    }

    /// <summary>Writes a whole name in the form of RFC 2253.</summary>
    public int ReadNameRfc2253(bool isIssuer, Span<byte> into)
    {
        void* bio = LibSsl.BIO_new(LibSsl.BIO_s_mem());
        int length = 0;
        if (LibSsl.X509_NAME_print_ex(bio, Name(isIssuer), 0, LibSsl.XN_FLAG_RFC2253) >= 0)
        {
            byte* bytes;
            int count = (int)LibSsl.BIO_ctrl(bio, LibSsl.BIO_CTRL_INFO, 0, &bytes);
            length = Copy(new ReadOnlySpan<byte>(bytes, Math.Max(0, count)), into);
        }
        _ = LibSsl.BIO_free(bio);
        return length;
    }

    /// <summary>Writes one entry of a name.</summary>
    /// <param name="isIssuer">The issuer's, or the subject's.</param>
    /// <param name="entry">Its kind by short name, such as CN.</param>
    /// <param name="position">1: the first such entry; −1: the last one; 0 as 1.</param>
    /// <param name="into">Where to.</param>
    /// <returns>−1: there is none.</returns>
    public int ReadNameEntry(bool isIssuer, ReadOnlySpan<byte> entry, int position, Span<byte> into)
    {
        void* name = Name(isIssuer);
        int count = LibSsl.X509_NAME_entry_count(name);
        int left = position == 0 ? 1 : Math.Abs(position);
        for (int i = 0; i < count; i++)
        {
            void* one = LibSsl.X509_NAME_get_entry(name, position < 0 ? count - 1 - i : i);
            int id = LibSsl.OBJ_obj2nid(LibSsl.X509_NAME_ENTRY_get_object(one));
            if (Ascii.EqualsIgnoreCase(TlsConnection.Text(LibSsl.OBJ_nid2sn(id)), entry) && --left == 0)
            {
                return Copy(Bytes(LibSsl.X509_NAME_ENTRY_get_data(one)), into);
            }
        }
        return -1;
    }

    /// <summary>Ends the look.</summary>
    public void Dispose()
    {
        if (_isOwned)
        {
            LibSsl.X509_free(_certificate);
        }
    }

    private static ReadOnlySpan<byte> Bytes(void* text)
        => text is null ? default
            : new ReadOnlySpan<byte>(LibSsl.ASN1_STRING_get0_data(text), LibSsl.ASN1_STRING_length(text));

    /// <summary>Years have two digits in one kind of time (13 bytes), four in the other (15 bytes).</summary>
    private static ReadOnlySpan<byte> Time(ReadOnlySpan<byte> time)
    {
        const int WithCentury = 15;
        return time.Length == WithCentury ? time[2..] : time;
    }

    /// <summary>Two digits of a year are those of 1950 to 2049.</summary>
    private static DateTime Instant(ReadOnlySpan<byte> time)
    {
        Span<char> text = stackalloc char[15];
        bool isLong = time.Length == text.Length;
        (time is [< (byte)'5', ..] ? "20" : "19").CopyTo(text);
        return time.Length is 13 or 15 && Encoding.ASCII.TryGetChars(time, isLong ? text : text[2..], out _)
            && DateTime.TryParseExact(text, "yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture,
                DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime instant)
            ? instant : DateTime.UnixEpoch;
    }

    private static int Copy(ReadOnlySpan<byte> from, Span<byte> into)
    {
        int count = Math.Min(from.Length, into.Length);
        from[..count].CopyTo(into);
        return count;
    }

    private void* Name(bool isIssuer)
        => isIssuer ? LibSsl.X509_get_issuer_name(_certificate) : LibSsl.X509_get_subject_name(_certificate);
}
