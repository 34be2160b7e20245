using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Linux.OpenSsl;
using Holdfast.Nginx.Access;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Web.Logs;
using Holdfast.Web.Running;
using Holdfast.Web.Streams;
using Holdfast.Web.Tls;
using Holdfast.Web.Translation;

namespace Holdfast.Web.Mail;

/// <summary>A server of mail, ready for sessions.</summary>
internal sealed record MailSite
{
    public required MailProtocol Protocol { get; init; }

    public required MailSettings Settings { get; init; }

    public required MailRules Rules { get; init; }

    /// <summary>Where logins are asked about; null: its name has no address.</summary>
    public required PeerPlace? Authority { get; init; }

    public required ErrorSink Errors { get; init; }

    /// <summary>TLS of clients; null: there is none.</summary>
    public TlsServer? Tls { get; init; }

    /// <summary>Whose PROXY headers name the client; null: nobody's.</summary>
    public TrustedProxies? Trusted { get; init; }
}

/// <summary>A listener of mail.</summary>
/// <param name="Site">Its server.</param>
/// <param name="Name">As logs have it.</param>
/// <param name="IsTls">Whether TLS begins at once.</param>
/// <param name="HasProxyProtocol">Whether a PROXY header comes first.</param>
internal sealed record MailListening(MailSite Site, string Name, bool IsTls, bool HasProxyProtocol);

/// <summary>What a mail block was compiled to; shared by all loops.</summary>
internal sealed class MailPrograms : IDisposable
{
    private readonly MailListening?[] _listeners;
    private readonly List<TlsServer> _servers = [];

    /// <exception cref="InvalidOperationException">A certificate or a setting cannot be used.</exception>
    internal MailPrograms(WebPrograms whole, MailModel model)
    {
        Whole = whole;
        WebConfiguration configuration = whole.Configuration;
        var byName = new Dictionary<string, (MailSite Site, HttpListen Listen)>(StringComparer.Ordinal);
        foreach (MailServer server in model.Servers)
        {
            MailSite site = Compile(server, configuration);
            foreach (HttpListen listen in server.Listens)
            {
                byName[WebTranslator.NameOf(listen, listen.Port)] = (site, listen);
            }
        }
        _listeners = [.. configuration.Listeners.Select(one => one.Kind == WebListenerKind.Mail
            ? new MailListening(byName[one.Name].Site, one.Name, byName[one.Name].Listen.IsTls,
                byName[one.Name].Listen.HasProxyProtocol) : null)];
    }

    /// <summary>What it is a part of.</summary>
    internal WebPrograms Whole { get; }

    /// <summary>The listener of mail at a place; null: it is none.</summary>
    internal MailListening? OfListener(int listener) => _listeners[listener];

    /// <inheritdoc/>
    public void Dispose() => _servers.ForEach(static one => one.Dispose());

    private MailSite Compile(MailServer server, WebConfiguration configuration)
    {
        MailSettings settings = server.Settings;
        MailAuthority authority = settings.Authority
            ?? throw new InvalidOperationException("a server of mail has no auth_http");
        return new MailSite
        {
            Protocol = server.Protocol,
            Settings = settings,
            Rules = new MailRules
            {
                Name = settings.Name ?? Environment.MachineName,
                Methods = [.. settings.Methods],
                Capabilities = [.. settings.Capabilities],
                StartTls = settings.StartTls,
            },
            Authority = PlaceOf(authority, configuration),
            Errors = Whole.Logs.Errors(settings.ErrorLogs, Whole.Errors),
            Tls = settings.Tls.Certificates.IsEmpty ? null : Server(settings.Tls, configuration),
            Trusted = settings.Access.RealIpFrom.IsEmpty ? null : new TrustedProxies(settings.Access,
                name => configuration.Hosts.GetValueOrDefault(name, [])),
        };
    }

    private static PeerPlace? PlaceOf(MailAuthority authority, WebConfiguration configuration)
    {
        if (authority.IsUnix)
        {
            return PeerPlace.OfUnix(authority.Host);
        }
        ImmutableArray<IpAddress> addresses = IpAddress.TryParse(authority.Host, out IpAddress literal) ? [literal]
            : configuration.Hosts.GetValueOrDefault(authority.Host, []);
        return addresses.IsEmpty ? null : PeerPlace.Of(addresses[0], authority.Port);
    }

    private TlsServer Server(TlsSettings settings, WebConfiguration configuration)
    {
        TlsOptions options = new(configuration.ConfigDirectory);
        TlsServer made = TlsServer.TryCreate(
            TlsOptions.Listening(options.Certificates(settings, [], []), settings),
            out ImmutableArray<string> problems) ?? throw new InvalidOperationException(string.Join("; ", problems));
        _servers.Add(made);
        return made;
    }
}

/// <summary>Takes the clients of a listener of mail.</summary>
/// <param name="programs">What the block was compiled to.</param>
/// <param name="loop">The loop.</param>
/// <param name="listening">The listener.</param>
internal sealed class MailAcceptor(MailPrograms programs, Loops.WebLoop loop, MailListening listening) : Acceptor
{
    private readonly Stack<MailSession> _free = new();

    /// <inheritdoc/>
    public override void OnAccepted(Listener listener, Connection connection)
    {
        MailSession session = _free.TryPop(out MailSession? free) ? free
            : new MailSession(programs, loop, listening, this);
        session.Begin(listener, connection);
    }

    /// <inheritdoc/>
    internal override FrontendCounters Totals => default!;

    /// <summary>Sessions end by themselves.</summary>
    internal override void Drain()
    {
    }

    /// <summary>A session has ended.</summary>
    internal void Return(MailSession session, Listener listener)
    {
        _free.Push(session);
        listener.Leave();
        if (listener.IsPaused && listener.HasRoom)
        {
            loop.Resume(listener);
        }
    }
}
