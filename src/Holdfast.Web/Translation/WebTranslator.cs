using System.Globalization;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Text;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Web.Running;

namespace Holdfast.Web.Translation;

/// <summary>Makes of an nginx.conf what the engine runs. Pure: supervisor and process come to the same.</summary>
public static class WebTranslator
{
    private const int Port = 80;
    private const int UnprivilegedPort = 8000;

    /// <summary>Translates a file that was found good.</summary>
    /// <param name="model">The file.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="prefix">Directory of relative paths, ending in a slash.</param>
    /// <param name="facts">What the host is asked about.</param>
    public static WebConfiguration Translate(NginxModel model, string path, string prefix, WebFacts facts)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(facts);
        model = model with { Http = WithListens(model.Http, facts.IsPrivileged ? Port : UnprivilegedPort) };
        string directory = PathText.DirectoryOf(path);
        int wanted = model.Main.WorkerProcesses;
        return new WebConfiguration
        {
            Model = model,
            Prefix = prefix,
            ConfigDirectory = directory.EndsWith('/') ? directory : directory + "/",
            Listeners =
            [
                .. Listeners(model.Http?.Servers.SelectMany(static one => one.Listens), WebListenerKind.Http),
                .. Listeners(StreamListens(model, isUdp: false), WebListenerKind.Stream),
                .. Listeners(StreamListens(model, isUdp: true), WebListenerKind.Datagram),
                .. Listeners(model.Mail?.Servers.SelectMany(static one => one.Listens), WebListenerKind.Mail),
            ],
            ThreadCount = wanted > 0 ? wanted : facts.ProcessorCount,
            Hosts = facts.Hosts,
        };
    }

    /// <summary>A server that does not say where it listens does so where nginx does.</summary>
    private static HttpModel? WithListens(HttpModel? http, int port) => http is null ? null : http with
    {
        Servers = [.. http.Servers.Select(server => !server.Listens.IsDefaultOrEmpty ? server : server with
        {
            Listens = [new HttpListen { Address = "", Port = port, LastPort = port, Span = server.Span }],
        })],
    };

    private static IEnumerable<HttpListen>? StreamListens(NginxModel model, bool isUdp)
        => model.Stream?.Servers.SelectMany(static one => one.Listens).Where(one => one.IsUdp == isUdp);

    private static IEnumerable<WebListener> Listeners(IEnumerable<HttpListen>? listens, WebListenerKind kind)
    {
        var byName = new Dictionary<string, (HttpListen Listen, int Port)>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (HttpListen listen in listens ?? [])
        {
            for (int port = listen.Port; port <= Math.Max(listen.Port, listen.LastPort); port++)
            {
                string name = NameOf(listen, port);
                if (!byName.TryGetValue(name, out (HttpListen Listen, int Port) known))
                {
                    order.Add(name);
                }
                // Parameters of the socket may stand at any one of the lines that name it.
                if (known.Listen is null || (listen.Binds && !known.Listen.Binds))
                {
                    byName[name] = (listen, port);
                }
            }
        }
        foreach (string name in order)
        {
            (HttpListen listen, int port) = byName[name];
            // The socket of all addresses takes the clients of this one, too, unless it asks for its own.
            bool isCovered = !listen.Binds && !listen.IsUnix && !IsWildcard(listen)
                && byName.ContainsKey(NameOf(listen with { Address = listen.IsV6 ? "::" : "" }, port));
            if (!isCovered)
            {
                yield return ListenerOf(listen, port, name, kind);
            }
        }
    }

    /// <summary>The name of an address that is listened on, in one spelling.</summary>
    internal static string NameOf(HttpListen listen, int port) => listen.IsUnix ? "unix:" + listen.Address
        : listen.IsV6 ? string.Create(CultureInfo.InvariantCulture, $"[{AddressOf(listen)}]:{port}")
        : string.Create(CultureInfo.InvariantCulture, $"{AddressOf(listen)}:{port}");

    /// <summary>The address of a line; of a name the first one that it has.</summary>
    internal static IpAddress AddressOf(HttpListen listen)
        => listen.Address.Length == 0 ? IpAddress.V4(0)
            : IpAddress.TryParse(listen.Address, out IpAddress address) ? address : IpAddress.V4(0);

    internal static bool IsWildcard(HttpListen listen) => !listen.IsUnix && listen.Address is "" or "::" or "0.0.0.0";

    private static WebListener ListenerOf(HttpListen listen, int port, string name, WebListenerKind kind)
    {
        SocketEndpoint? unix = null;
        if (listen.IsUnix && !SocketEndpoint.TryUnix(listen.Address, out unix))
        {
            throw new InvalidOperationException($"the path of {name} is too long for a socket");
        }
        return new WebListener(kind, unix ?? new SocketEndpoint(AddressOf(listen), port),
            new ListenSettings
            {
                Backlog = listen.Backlog,
                IsDatagram = kind == WebListenerKind.Datagram,
                IsFreeBind = false, // as nginx: an address that is not here is an error
                IsV6Only = listen.IsV6 ? listen.IsV6Only : null,
                DefersAccept = listen.IsDeferred,
                FastOpenQueue = listen.FastOpenQueue ?? 0,
                KeepAlive = listen.KeepAlive is { IsOn: true } wanted ? new KeepAliveSettings(wanted.Count,
                    (int?)wanted.Idle?.TotalSeconds, (int?)wanted.Interval?.TotalSeconds) : null,
                Mode = listen.IsUnix ? UnixMode : null,
            })
        {
            Name = name,
        };
    }

    private const uint UnixMode = 0x1B6; // 0666: who may use it is decided by the directory
}
