using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Linux.OpenSsl;
using Holdfast.Primitives;

namespace Holdfast.Proxy.HAProxy;

/// <summary>Finds certificates with their keys, and what stands beside them in files of other endings.</summary>
/// <param name="global">The global section.</param>
/// <param name="files">The files.</param>
/// <param name="problems">Where to report.</param>
internal sealed class TlsCertificateReader(GlobalModel global, ITlsFiles files, TlsProblems problems)
{
    private static readonly string[] s_bundle = [".dsa", ".ecdsa", ".rsa"];
    private static readonly string[] s_beside = [".issuer", ".ocsp", ".sctl", ".key"];

    /// <summary>A path below a base directory, unless it is absolute.</summary>
    internal static string Under(string? directory, string path)
        => directory is null || path.StartsWith('/') ? path : $"{directory.TrimEnd('/')}/{path}";

    /// <summary>Reads a file, a directory, or a bundle of one certificate by several kinds of keys.</summary>
    internal IEnumerable<TlsCertificate> Read(string name, SourceSpan span, TlsProfile profile)
    {
        string path = Under(global.CertificateBase, name);
        if (files.List(path) is { } entries)
        {
            return entries.Where(IsCertificate).Select(entry => $"{path}/{entry}")
                .SelectMany(one => files.List(one) is null ? ReadOne(one, span, profile) : []);
        }
        if (files.Read(path) is not null)
        {
            return ReadOne(path, span, profile);
        }
        string[] bundle = Loads("bundle") ? [.. s_bundle.Select(kind => path + kind)
            .Where(one => files.Read(one) is not null)] : [];
        if (bundle.Length == 0)
        {
            problems.Add(span, $"unable to stat SSL certificate from file '{path}' : No such file or directory");
        }
        return bundle.SelectMany(one => ReadOne(one, span, profile));
    }

    private IEnumerable<TlsCertificate> ReadOne(string path, SourceSpan span, TlsProfile profile)
    {
        byte[] bytes = files.Read(path)!;
        TlsFile file = new(path, bytes);
        bool isEncrypted = IsEncrypted(bytes);
        TlsFile? key = HasKey(bytes) && !isEncrypted ? file : Loads("key") ? Beside(path, ".key") : null;
        if (key is null || IsEncrypted(key.Bytes))
        {
            problems.Add(span, $"No Private Key found in '{(Loads("key") ? path + ".key" : path)}'",
                isEncrypted || key is not null
                    ? "the key is encrypted, and a daemon asks nobody for a password: decrypt it with openssl pkey"
                    : $"add the key to the file, or put it into {path}.key");
            yield break;
        }
        yield return new TlsCertificate(file, key)
        {
            OcspResponse = Loads("ocsp") && Beside(path, ".ocsp") is { Bytes.Length: > 0 } response ? response : null,
            Timestamps = Loads("sctl") ? Beside(path, ".sctl") : null,
            Profile = profile,
        };
    }

    private TlsFile? Beside(string path, string ending)
    {
        if (global.Settings.Any(static one => one.Keyword == "ssl-load-extra-del-ext"))
        {
            int dot = path.LastIndexOf('.');
            path = dot > path.LastIndexOf('/') ? path[..dot] : path;
        }
        return files.Read(path + ending) is { } bytes ? new TlsFile(path + ending, bytes) : null;
    }

    private bool Loads(string kind)
        => global.Setting("ssl-load-extra-files") is not { } kinds || kinds.Contains(kind) || kinds.Contains("all");

    private bool IsCertificate(string name)
        => !name.StartsWith('.') && !s_beside.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)
            && (ending != ".key" || Loads("key")));

    /// <summary>Whether the key that stands there wants a password: as PKCS #8, or as of old.</summary>
    private static bool IsEncrypted(byte[] pem)
        => pem.AsSpan().IndexOf("BEGIN ENCRYPTED PRIVATE KEY"u8) >= 0
            || pem.AsSpan().IndexOf("Proc-Type: 4,ENCRYPTED"u8) >= 0;

    private static bool HasKey(byte[] pem) => pem.AsSpan().IndexOf("PRIVATE KEY-----"u8) >= 0;
}
