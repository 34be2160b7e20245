using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Conditions;
using Holdfast.Nginx.Logs;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Files;
using Holdfast.Web.Http.Content;
using Holdfast.Web.Http.Filters;
using Holdfast.Web.Http.Passing;
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

    internal PlaceCompiler(
        WebConfiguration configuration, TextCompiler texts, WebLogs logs, ErrorSink errors, UpstreamTable upstreams)
    {
        _upstreams = upstreams;
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
            Steps = [.. Steps(content)],
            Content = ContentOf(content, settings),
            Filters = [.. FiltersOf(settings)],
            Errors = _logs.Errors(settings.Logs.Errors, _errors),
            Logs = [.. settings.Logs.Access.Select(LogOf)],
        };
        return place with { Program = program };
    }

    private IEnumerable<PlaceStep> Steps(LocationContent content)
    {
        if (content.TryFiles.Length > 0)
        {
            yield return new TryFilesStep(content, _texts);
        }
    }

    private ContentHandler ContentOf(LocationContent content, HttpSettings settings) => content switch
    {
        { Proxy: { } target } => new PassHandler(
            new ProxyProgram(target, settings.Proxy, _upstreams, _texts, _configuration.IsCompatible122)
            {
                Fields = new AnswerFieldRules(settings.Proxy),
            }),
        _ => FilesHandler.Instance,
    };

    /// <summary>In nginx's order.</summary>
    private static IEnumerable<HeadFilter> FiltersOf(HttpSettings settings)
    {
        yield return new ConditionFilter(Preconditions.ModeOf(settings.Files.IfModifiedSince));
        yield return new RangeFilter(settings.Files.RangesMax);
    }

    private AccessLogProgram LogOf(AccessLog log) => new(
        _logs.Open(log.Target.Source), new CompiledLogFormat(_formats[log.Format], _texts),
        log.If is { } condition ? _texts.Compile(condition) : null);
}
