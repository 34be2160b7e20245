using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Linux.OpenSsl;
using Holdfast.Linux.Pcre;
using Holdfast.Linux.Sockets;
using Holdfast.Nginx.Access;
using Holdfast.Nginx.Limits;
using Holdfast.Nginx.Logs;
using Holdfast.Nginx.Maps;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Variables;
using Holdfast.Web.Logs;
using Holdfast.Web.Running;
using Holdfast.Web.Tls;

namespace Holdfast.Web.Streams;

/// <summary>Compiles the servers of a stream block, at load.</summary>
internal sealed class StreamCompiler
{
    private readonly WebConfiguration _configuration;
    private readonly WebLogs _logs;
    private readonly TextCompiler _texts;
    private readonly LimitCompiler _limits;
    private readonly ErrorSink _errors;
    private readonly Dictionary<string, StreamUpstream> _upstreams;
    private readonly Dictionary<string, LogFormat> _formats;
    private readonly List<TlsClient> _clients;

    internal StreamCompiler(WebPrograms whole, StreamModel model, List<TlsClient> clients)
    {
        WebConfiguration configuration = _configuration = whole.Configuration;
        _logs = whole.Logs;
        _errors = whole.Errors;
        _clients = clients;
        Variables = VariableTable.OfStream();
        VariableDeclarations.Declare(model, Variables);
        _texts = new TextCompiler(Variables, new PcreFactory());
        new MapCompiler(_texts).Define(model);
        _limits = new LimitCompiler(_texts);
        _limits.Define(model.LimitConnectionZones);
        _upstreams = model.Upstreams.ToDictionary(static one => one.Name,
            one => StreamUpstream.Of(one, _texts, configuration.Hosts), StringComparer.OrdinalIgnoreCase);
        _formats = model.LogFormats.ToDictionary(static one => one.Name, StringComparer.Ordinal);
        Options = new TlsOptions(configuration.ConfigDirectory);
    }

    internal VariableTable Variables { get; }

    internal TlsOptions Options { get; }

    /// <summary>Compiles a server.</summary>
    /// <exception cref="InvalidOperationException">A file or a setting cannot be used.</exception>
    internal StreamSite Compile(StreamServer server)
    {
        StreamSettings settings = server.Settings;
        StreamCoreSettings core = settings.Core;
        AccessSettings access = settings.Access;
        return new StreamSite
        {
            ServerName = Encoding.UTF8.GetBytes(server.Names.Length > 0 ? server.Names[0].Written : ""),
            Access = access.Rules.IsEmpty ? null : new AccessList(access.Rules),
            Trusted = access.RealIpFrom.IsEmpty ? null : new TrustedProxies(access,
                name => _configuration.Hosts.GetValueOrDefault(name, [])),
            Limits = _limits.Connections(settings.Limits),
            LimitLevel = ErrorLevels.Of(settings.Limits.ConnectionLogLevel),
            Sets = [.. server.Sets.Select(one => (Variables.IndexOf(one.Variable), _texts.Compile(one.Value)))],
            Return = server.Content.Return is { } text ? _texts.Compile(text) : null,
            Pass = server.Content.Pass is { } pass ? _texts.Compile(pass) : null,
            Route = server.Content.Proxy is { } target ? Route(target, settings.Proxy) : null,
            Logs = [.. settings.AccessLogs.Select(Log)],
            Errors = _logs.Errors(settings.ErrorLogs, _errors),
            LooksAtHello = core.LooksAtHello,
            PrereadBytesMax = core.PrereadBufferBytes,
            PrereadTimeout = (long)core.PrereadTimeout.TotalMilliseconds,
            HeaderTimeout = (long)core.ProxyProtocolTimeout.TotalMilliseconds,
            HandshakeTimeout = (long)core.HandshakeTimeout.TotalMilliseconds,
        };
    }

    private StreamRoute Route(StreamTarget target, StreamProxySettings proxy)
    {
        CompiledText? name = !proxy.IsTls ? null : proxy.TlsName is { } wanted ? _texts.Compile(wanted)
            : target.Host is { } host ? _texts.Compile(Constant(target.Text, host)) : null;
        return new StreamRoute
        {
            Upstream = target.Host is null ? null : target.IsUpstream ? _upstreams[target.Host]
                : StreamUpstream.Of(target, _configuration.Hosts),
            Target = _texts.Compile(target.Text),
            Known = _upstreams,
            ConnectTimeout = (long)proxy.ConnectTimeout.TotalMilliseconds,
            Timeout = (long)proxy.Timeout.TotalMilliseconds,
            TriesNext = proxy.TriesNext,
            TriesMax = proxy.TriesMax,
            TriesTimeout = (long)proxy.TriesTimeout.TotalMilliseconds,
            HeaderVersion = proxy.HeaderVersion,
            Bind = proxy.Bind is { } bind ? _texts.Compile(bind) : null,
            Socket = !proxy.KeepsAlive && !proxy.IsTransparent ? null : new ConnectSettings
            {
                KeepAlive = proxy.KeepsAlive ? new KeepAliveSettings() : null, IsTransparent = proxy.IsTransparent,
            },
            HalfCloses = proxy.HalfCloses,
            UploadRate = proxy.UploadRate is { } upload ? _texts.Compile(upload) : null,
            DownloadRate = proxy.DownloadRate is { } download ? _texts.Compile(download) : null,
            Responses = proxy.Responses ?? -1,
            Requests = proxy.Requests,
            Tls = proxy.IsTls ? Client(proxy, name) : null,
            TlsName = proxy.SendsName ? name : null,
        };
    }

    private static ComplexText Constant(ComplexText place, string text)
        => new([new TextPart(TextPartKind.Literal, text)], text, place.Span);

    private TlsClient Client(StreamProxySettings proxy, CompiledText? name)
    {
        TlsClientSettings settings = Options.Client(
            proxy, name is { IsConstant: true } ? Encoding.UTF8.GetString(name.Constant) : null);
        TlsClient client = TlsClient.TryCreate(settings, _configuration.ThreadCount, out string? problem)
            ?? throw new InvalidOperationException(problem);
        _clients.Add(client);
        return client;
    }

    private StreamLog Log(AccessLog line)
    {
        CompiledText path = _texts.Compile(line.Target);
        return new StreamLog(path.IsConstant ? _logs.Open(line.Target.Source) : null, path,
            new CompiledLogFormat(_formats[line.Format], _texts), line.If is { } condition
                ? _texts.Compile(condition) : null);
    }
}
