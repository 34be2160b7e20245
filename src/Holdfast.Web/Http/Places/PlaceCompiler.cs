using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Access;
using Holdfast.Nginx.Conditions;
using Holdfast.Nginx.Gzip;
using Holdfast.Nginx.Headers;
using Holdfast.Nginx.Limits;
using Holdfast.Linux.Pcre;
using Holdfast.Nginx.Proxying;
using Holdfast.Nginx.Logs;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Files;
using Holdfast.Web.Http.Content;
using Holdfast.Web.Http.Filters;
using Holdfast.Web.Http.Passing;
using Holdfast.Web.Http.Steps;
using Holdfast.Web.Logs;
using Holdfast.Web.Running;

namespace Holdfast.Web.Http.Places;

/// <summary>Makes programs of the places of an http block.</summary>
internal sealed class PlaceCompiler
{
    private readonly WebConfiguration _configuration;
    private readonly TextCompiler _texts;
    private readonly WebLogs _logs;
    private readonly ErrorSink _errors;
    private readonly Dictionary<string, LogFormat> _formats;

    private readonly UpstreamTable _upstreams;
    private readonly LimitCompiler _limits;
    private readonly PcreFactory _regexes = new();

    internal PlaceCompiler(
        WebConfiguration configuration, TextCompiler texts, WebLogs logs, ErrorSink errors, UpstreamTable upstreams)
    {
        _upstreams = upstreams;
        _limits = new LimitCompiler(texts);
        _limits.Define(configuration.Model.Http!);
        _configuration = configuration;
        _texts = texts;
        _logs = logs;
        _errors = errors;
        _formats = configuration.Model.Http!.LogFormats.ToDictionary(static one => one.Name, StringComparer.Ordinal);
    }

    /// <summary>Adds its program to a place.</summary>
    internal Place Finish(Place place)
    {
        HttpSettings settings = place.Settings!;
        LocationContent content = place.Content ?? new LocationContent();
        var program = new PlaceProgram(settings, Signatures.Of(settings.Core.ServerTokens, _configuration))
        {
            Files = new FilePlace(settings.Files, place, _texts, _configuration.Prefix),
            ErrorPages = [.. settings.Core.ErrorPages.Select(
                one => new ErrorPageProgram(one.Statuses, one.Answer, _texts.Compile(one.Uri)))],
            Steps = [.. Steps(content, settings)],
            Content = ContentOf(content, settings, place),
            Filters = [.. FiltersOf(settings)],
            Errors = _logs.Errors(settings.Logs.Errors, _errors),
            Logs = [.. settings.Logs.Access.Select(LogOf)],
        };
        return place with { Program = program };
    }

    /// <summary>In nginx's order of phases.</summary>
    private IEnumerable<PlaceStep> Steps(LocationContent content, HttpSettings settings)
    {
        AccessSettings access = settings.Access;
        if (access.RealIpFrom.Length > 0)
        {
            yield return new RealAddressStep(new TrustedProxies(access,
                name => _configuration.Hosts.GetValueOrDefault(name, [])));
        }
        if (_limits.Requests(settings.Limits) is { } requests)
        {
            yield return new RequestLimitStep(requests, settings.Limits);
        }
        if (_limits.Connections(settings.Limits) is { } connections)
        {
            yield return new ConnectionLimitStep(connections, settings.Limits);
        }
        AccessRuleProgram[] rules = [.. AccessRules(access)];
        if (rules.Length > 0)
        {
            yield return new AccessStep(rules, settings.Core.SatisfiesAny);
        }
        if (content.TryFiles.Length > 0)
        {
            yield return new TryFilesStep(content, _texts);
        }
    }

    private IEnumerable<AccessRuleProgram> AccessRules(AccessSettings access)
    {
        if (access.Rules.Length > 0)
        {
            yield return new AddressRules(new AccessList(access.Rules));
        }
        if (access is { BasicRealm: { } realm, BasicUserFile: { } file })
        {
            yield return new BasicRules(_texts.Compile(realm), _texts.Compile(file), _configuration.ConfigDirectory);
        }
        if (access.AuthRequest is { } uri && uri != "off")
        {
            yield return new AskedServer(access, _texts);
        }
    }

    private ContentHandler ContentOf(LocationContent content, HttpSettings settings, Place place) => content switch
    {
        { Proxy: { } target } => new PassHandler(
            new ProxyProgram(target, settings.Proxy, _upstreams, _texts, _configuration.IsCompatible122)
            {
                Fields = new AnswerFieldRules(settings.Proxy,
                    RedirectRules.Compile(settings.Proxy.Redirects, target, PathText(place), _texts),
                    CookieRules.Compile(settings.Proxy, _texts, _regexes)),
            }),
        { Handler.Name: "stub_status" } => new StatusHandler(),
        _ => FilesHandler.Instance,
    };

    private static string PathText(Place place) => System.Text.Encoding.UTF8.GetString(place.Path);

    /// <summary>In nginx's order.</summary>
    private IEnumerable<HeadFilter> FiltersOf(HttpSettings settings)
    {
        yield return new ConditionFilter(Preconditions.ModeOf(settings.Files.IfModifiedSince));
        if (AddedFields.Compile(settings.Headers, _texts) is { } fields)
        {
            yield return new AddedFieldsFilter(fields);
        }
        if (GzipRule.Compile(settings.Gzip, _regexes) is { } gzip)
        {
            yield return new GzipFilter(gzip, settings.Gzip.Level, settings.Gzip.AddsVary);
        }
        yield return new RangeFilter(settings.Files.RangesMax);
    }

    private AccessLogProgram LogOf(AccessLog log) => new(
        _logs.Open(log.Target.Source), new CompiledLogFormat(_formats[log.Format], _texts),
        log.If is { } condition ? _texts.Compile(condition) : null);
}
