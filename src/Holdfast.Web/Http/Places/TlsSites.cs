using System.Collections.Immutable;
using Holdfast.Linux.OpenSsl;
using Holdfast.Nginx.Servers;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Tls;

namespace Holdfast.Web.Http.Places;

/// <summary>TLS of an address: the certificates of its servers, of which the name that a client asks for chooses.
/// </summary>
internal sealed class TlsSites : IDisposable
{
    [ThreadStatic]
    private static Captures? s_captures;

    private readonly ServerNames<SiteProgram> _names;
    private readonly Dictionary<SiteProgram, int> _places = [];

    private TlsSites(ServerNames<SiteProgram> names) => _names = names;

    /// <summary>Certificates and settings.</summary>
    internal TlsServer Server { get; private set; } = null!;

    /// <summary>Makes it.</summary>
    /// <param name="names">Servers by name.</param>
    /// <param name="default">The server for all other names.</param>
    /// <param name="sites">All servers.</param>
    /// <param name="options">Reads directives and files.</param>
    /// <param name="address">The address, for messages.</param>
    /// <exception cref="InvalidOperationException">A certificate or a setting cannot be used.</exception>
    internal static TlsSites Make(ServerNames<SiteProgram> names, SiteProgram @default, List<SiteProgram> sites,
        TlsOptions options, string address)
    {
        var made = new TlsSites(names);
        List<TlsCertificate> certificates = [];
        foreach (SiteProgram site in sites.OrderByDescending(one => ReferenceEquals(one, @default)))
        {
            Config.Nginx.Model.TlsSettings settings = site.Server.Settings.Tls;
            bool hasOwn = settings.RejectsHandshake || !settings.Certificates.IsEmpty;
            if (!hasOwn && certificates.Count == 0)
            {
                throw new InvalidOperationException(
                    $"no \"ssl_certificate\" is defined for the \"listen ... ssl\" directive of {address}");
            }
            // A server without certificates has those of the default one.
            made._places.Add(site, hasOwn ? certificates.Count : 0);
            if (hasOwn)
            {
                certificates.Add(options.OfSite(settings));
            }
        }
        made.Server = TlsServer.TryCreate(
            options.OfSites(certificates, @default.Server.Settings.Tls, made.Choose),
            out ImmutableArray<string> problems) ?? throw new InvalidOperationException(string.Join("; ", problems));
        return made;
    }

    /// <summary>The server that a name chooses; null: none has it.</summary>
    /// <param name="name">As the client has sent it.</param>
    internal SiteProgram? Find(ReadOnlySpan<byte> name)
    {
        Span<byte> read = stackalloc byte[TlsNames.NameMax];
        return name.IsEmpty || name.Length > read.Length || !HostName.TryRead(name, read, out int length) ? null
            : _names.FindNamed(read[..length], s_captures ??= new Captures());
    }

    /// <inheritdoc/>
    public void Dispose() => Server.Dispose();

    private int Choose(ReadOnlySpan<byte> name) => Find(name) is { } site ? _places[site] : 0;
}
