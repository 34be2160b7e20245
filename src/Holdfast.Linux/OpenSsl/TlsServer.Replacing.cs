using System.Collections.Immutable;

namespace Holdfast.Linux.OpenSsl;

/// <summary>Certificates that are replaced while connections go on.</summary>
public sealed unsafe partial class TlsServer
{
    /// <summary>The files of its certificates, in order.</summary>
    public IEnumerable<string> Paths => _entries.Select(static one => one.Path);

    /// <summary>What a certificate says, for operators; null: there is none of that file.</summary>
    public TlsCertificateReport? Describe(string path)
    {
        Entry? entry = _entries.Find(one => one.Path == path);
        return entry is null ? null : TlsCertificateReport.Read(entry.Context);
    }

    /// <summary>What a file would be to operators, if it were used.</summary>
    /// <param name="file">Certificate, those of its issuers, and key, PEM.</param>
    /// <param name="problem">What is wrong with it; null: nothing.</param>
    public static TlsCertificateReport? Examine(TlsFile file, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(file);
        void* context = LibSsl.SSL_CTX_new(LibSsl.TLS_server_method());
        problem = TlsCertificateSettings.Set(context, file, file, new TlsProfile());
        TlsCertificateReport? report = problem is null ? TlsCertificateReport.Read(context) : null;
        LibSsl.SSL_CTX_free(context);
        return report;
    }

    /// <summary>
    /// Replaces a certificate wherever it is used. Connections that stand keep the old one. No other thread may use
    /// this object meanwhile.
    /// </summary>
    /// <param name="file">The file's path, and what it says now: certificate, those of its issuers, and key, PEM.
    /// </param>
    /// <param name="problem">What is wrong; null: nothing. Then nothing has changed.</param>
    /// <returns>How many certificates there were of that file.</returns>
    public int Replace(TlsFile file, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(file);
        problem = null;
        var fresh = new Dictionary<int, Entry>();
        for (int i = 0; i < _entries.Count && problem is null; i++)
        {
            Entry old = _entries[i];
            if (old.Path != file.Path)
            {
                continue;
            }
            var certificate = new TlsCertificate(file, file) { Profile = old.Profile, Filters = old.Filters };
            problem = Make(certificate, old, out Entry? entry);
            if (entry is not null)
            {
                fresh.Add(i, entry);
            }
        }
        if (problem is not null)
        {
            foreach (Entry entry in fresh.Values)
            {
                entry.Free();
            }
            return 0;
        }
        foreach ((int number, Entry entry) in fresh)
        {
            UseTicketKeys(entry);
            _retired.Add(_entries[number]); // handshakes that are under way still look into it
            _entries[number] = entry;
        }
        _names = new TlsNames();
        for (int i = 0; i < _entries.Count; i++)
        {
            AddNames(i);
        }
        return fresh.Count;
    }
}

/// <summary>A certificate as <c>show ssl cert</c> shows it.</summary>
/// <param name="Serial">Its number, in hexadecimal digits.</param>
/// <param name="NotBefore">From when it is valid.</param>
/// <param name="NotAfter">Until when.</param>
/// <param name="Names">Its alternative names of hosts.</param>
/// <param name="Algorithm">Kind and bits of its key, such as EC256.</param>
/// <param name="Fingerprint">Its SHA-1, in hexadecimal digits.</param>
/// <param name="Subject">Whose it is.</param>
/// <param name="Issuer">Who has signed it.</param>
/// <param name="Chain">The same two of those behind it.</param>
public sealed unsafe record TlsCertificateReport(
    string Serial, DateTime NotBefore, DateTime NotAfter, ImmutableArray<string> Names, string Algorithm,
    string Fingerprint, string Subject, string Issuer, ImmutableArray<(string Subject, string Issuer)> Chain)
{
    private const int NameMax = 8192;
    private const int FingerprintSize = 20;

    internal static TlsCertificateReport Read(void* context)
    {
        void* certificate = LibSsl.SSL_CTX_get0_certificate(context);
        var view = new TlsCertificateView(certificate, isOwned: false);
        Span<byte> fingerprint = stackalloc byte[FingerprintSize];
        fingerprint = fingerprint[..view.ReadSha1(fingerprint)];
        ImmutableArray<(string, string)>.Builder chain = ImmutableArray.CreateBuilder<(string, string)>();
        void* stack = null;
        _ = LibSsl.SSL_CTX_ctrl(context, LibSsl.SSL_CTRL_GET_CHAIN_CERTS, 0, &stack);
        for (int i = 0; stack is not null && i < LibSsl.OPENSSL_sk_num(stack); i++)
        {
            var one = new TlsCertificateView(LibSsl.OPENSSL_sk_value(stack, i), isOwned: false);
            chain.Add((NameOf(one, isIssuer: false), NameOf(one, isIssuer: true)));
        }
        return new TlsCertificateReport(
            Convert.ToHexString(view.Serial), Time(view.NotBefore), Time(view.NotAfter),
            TlsCertificateFacts.AlternativesOf(certificate),
            view.KeyKind,
            Convert.ToHexString(fingerprint), NameOf(view, isIssuer: false), NameOf(view, isIssuer: true),
            chain.ToImmutable());
    }

    private static string NameOf(TlsCertificateView view, bool isIssuer)
    {
        Span<byte> room = stackalloc byte[NameMax];
        return System.Text.Encoding.UTF8.GetString(room[..Math.Max(0, view.ReadName(isIssuer, room))]);
    }

    /// <summary>YYMMDDhhmmssZ, of this century or, from 50 on, of the last one.</summary>
    private static DateTime Time(ReadOnlySpan<byte> text)
    {
        int Two(ReadOnlySpan<byte> at) => ((at[0] - '0') * 10) + at[1] - '0';
        if (text.Length < 12)
        {
            return DateTime.UnixEpoch;
        }
        int year = Two(text);
        return new DateTime(year + (year >= 50 ? 1900 : 2000), Math.Clamp(Two(text[2..]), 1, 12),
            Math.Clamp(Two(text[4..]), 1, 31), Math.Min(23, Two(text[6..])), Math.Min(59, Two(text[8..])),
            Math.Min(59, Two(text[10..])), DateTimeKind.Utc);
    }
}
