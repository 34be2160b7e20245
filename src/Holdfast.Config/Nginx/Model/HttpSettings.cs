using Holdfast.Config.Nginx.Binding;
using Holdfast.Config.Nginx.Syntax;

namespace Holdfast.Config.Nginx.Model;

/// <summary>
/// What holds at a place of http: the settings written in its block, and for those that are not, what is written in
/// the blocks around it, and else the default.
/// </summary>
/// <remarks>
/// One rule does it all: of the blocks from the inside outwards, the first one that has the directive at all says
/// everything about it. So a list in a location replaces the list of the server whole. Records are made when they are
/// first asked for: at load, not for a request.
/// </remarks>
public sealed class HttpSettings
{
    private readonly SettingReader _reader;

    internal HttpSettings(SettingReader reader) => _reader = reader;

    /// <summary>Requests, connections, answers.</summary>
    public CoreSettings Core => field ??= CoreSettings.Read(_reader);

    /// <summary>Files.</summary>
    public FileSettings Files => field ??= FileSettings.Read(_reader);

    /// <summary>Passing requests on.</summary>
    public ProxySettings Proxy => field ??= ProxySettings.Read(_reader);

    /// <summary>Caching what others answer.</summary>
    public CacheSettings Cache => field ??= CacheSettings.Read(_reader, "proxy");

    /// <summary>Headers of answers.</summary>
    public HeaderSettings Headers => field ??= HeaderSettings.Read(_reader);

    /// <summary>Who may come.</summary>
    public AccessSettings Access => field ??= AccessSettings.Read(_reader);

    /// <summary>How fast and how often.</summary>
    public LimitSettings Limits => field ??= LimitSettings.Read(_reader);

    /// <summary>Logs.</summary>
    public LogSettings Logs => field ??= LogSettings.Read(_reader);

    /// <summary>Compression.</summary>
    public GzipSettings Gzip => field ??= GzipSettings.Read(_reader);

    /// <summary>Changes of bodies: sub_filter, charset, mirror, slice.</summary>
    public BodySettings Bodies => field ??= BodySettings.Read(_reader);

    /// <summary>TLS towards clients; of servers.</summary>
    public TlsSettings Tls => field ??= TlsSettings.Read(_reader);

    /// <summary>Whether the directive is written in this very block.</summary>
    public bool HasHere(string name) => _reader.HasHere(name);

    /// <summary>The directives of a name that hold here, for modules that have no record: of the nearest block that
    /// has any.</summary>
    public IReadOnlyList<NginxDirective> Nearest(string name) => _reader.Nearest(name);
}
