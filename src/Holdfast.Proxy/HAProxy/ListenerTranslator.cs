using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.HAProxy;

/// <summary><c>bind</c> lines: what is listened at, and how.</summary>
/// <param name="global">With the defaults of <c>unix-bind</c>.</param>
/// <param name="facts">Users and groups of the host.</param>
/// <param name="endpoints">Translates addresses.</param>
/// <param name="problems">Where to report.</param>
internal sealed class ListenerTranslator(
    GlobalModel global, TranslationFacts facts, EndpointTranslator endpoints, TranslationProblems problems)
{
    private const int SegmentMax = 65_535;

    private readonly UnixDefaults _unix = UnixDefaults.Of(global);

    /// <summary>A listener for each address and port of a line.</summary>
    /// <param name="proxy">The frontend.</param>
    /// <param name="bind">The line.</param>
    /// <param name="template">What all listeners of the frontend have in common.</param>
    internal IEnumerable<FrontendOptions> Translate(ProxyModel proxy, BindModel bind, FrontendOptions template)
    {
        ListenSettings settings = Settings(proxy, bind);
        foreach (EndpointModel endpoint in bind.Endpoints)
        {
            foreach (SocketEndpoint place in endpoints.Listeners(endpoint, _unix.Prefix))
            {
                yield return template with
                {
                    Bind = place,
                    ListenerId = bind.Id ?? 0,
                    ListenerName = bind.Name ?? "",
                    Backlog = bind.Backlog ?? template.Backlog,
                    BindConnectionsMax = bind.MaxConnections is > 0 and { } max ? max : int.MaxValue,
                    ExpectsProxyHeader = bind.AcceptsProxy,
                    SegmentReduction = bind.MaximumSegmentSize is < 0 and { } less ? -less : 0,
                    Socket = place.IsUnix ? Owned(bind, settings) : settings,
                };
            }
        }
    }

    private static ListenSettings Settings(ProxyModel proxy, BindModel bind) => new()
    {
        Interface = bind.Interface,
        MaximumSegmentSize = bind.MaximumSegmentSize is > 0 and <= SegmentMax and { } size ? size : null,
        UserTimeoutMilliseconds = (int?)bind.UserTimeout,
        IsTransparent = bind.IsTransparent,
        IsV6Only = bind.V6Only,
        DefersAccept = bind.DefersAccept,
        FastOpenQueue = bind.Others.Any(static o => o.Keyword == "tfo")
            ? bind.Backlog ?? proxy.Backlog ?? proxy.MaxConnections ?? SegmentMax : 0,
        KeepAlive = KeepAlive(
            proxy.ClientKeepAlive, proxy.Options.HasFlag(Config.HAProxy.Model.ProxyOptions.CliTcpKa)),
        ResetsOnClose = proxy.Options.HasFlag(Config.HAProxy.Model.ProxyOptions.NoLinger),
    };

    /// <summary>Keep-alive packets as the engine sets them; null: none.</summary>
    internal static KeepAliveSettings? KeepAlive(KeepAliveModel model, bool isOn)
        => model.IsEnabled || isOn ? new KeepAliveSettings(model.Count, (int?)model.Idle, (int?)model.Interval) : null;

    private ListenSettings Owned(BindModel bind, ListenSettings settings) => settings with
    {
        Mode = (uint?)(bind.Mode ?? _unix.Mode),
        Uid = (bind.User ?? _unix.User) is { } user ? Id(bind, user, "user", facts.FindUser) : null,
        Gid = (bind.Group ?? _unix.Group) is { } group ? Id(bind, group, "group", facts.FindGroup) : null,
    };

    private uint? Id(BindModel bind, string text, string what, Func<string, uint?> find)
    {
        if (find(text) is { } found)
        {
            return found;
        }
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
        {
            return number;
        }
        problems.Add(bind.Span, $"'{text}' is not a known {what}");
        return null;
    }

    /// <summary>What <c>unix-bind</c> says for all lines.</summary>
    private sealed record UnixDefaults(string Prefix, int? Mode, string? User, string? Group)
    {
        internal static UnixDefaults Of(GlobalModel global)
        {
            ImmutableArray<string> words = global.Setting("unix-bind") ?? [];
            string? prefix = null, mode = null, user = null, group = null;
            for (int i = 0; i + 1 < words.Length; i += 2)
            {
                switch (words[i])
                {
                    case "prefix":
                        prefix = words[i + 1];
                        break;
                    case "mode":
                        mode = words[i + 1];
                        break;
                    case "user" or "uid":
                        user = words[i + 1];
                        break;
                    case "group" or "gid":
                        group = words[i + 1];
                        break;
                    default:
                        break;
                }
            }
            return new UnixDefaults(prefix ?? "", mode is null ? null : Convert.ToInt32(mode, 8), user, group);
        }
    }
}
