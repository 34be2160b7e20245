using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Logs, captures, statistics, error pages, compression, monitoring.</summary>
internal sealed partial class ProxyBinder
{
    private const SamplePlaces LogPlaces = SamplePlaces.Logs;

    private void Log(Statement statement)
    {
        string keyword = statement.Keyword.Text;
        if (keyword == "log")
        {
            LogLine(statement);
            return;
        }
        if (Argument(statement, "an argument") is not { } word)
        {
            return;
        }
        if (keyword is "log-tag" or "unique-id-header")
        {
            _proxy = keyword == "log-tag" ? _proxy with { LogTag = word.Text }
                : _proxy with { UniqueIdHeader = word.Text };
            return;
        }
        if (!_values.NoMore(statement, 2))
        {
            return;
        }
        // The mode may follow behind the format, so that what needs HTTP is looked at with the definitions.
        SamplePlaces places = keyword == "unique-id-format" ? SamplePlaces.FrontendHttpRequest | LogPlaces : LogPlaces;
        LogFormat? format = _parse.Formats.Parse(word, places, isHttp: ModeOfSection() == ProxyMode.Http);
        _proxy = keyword switch
        {
            "log-format" => _proxy with { LogFormat = format, LogFormatName = null },
            "log-format-sd" => _proxy with { LogFormatStructured = format },
            "error-log-format" => _proxy with { ErrorLogFormat = format },
            _ => _proxy with { UniqueIdFormat = format },
        };
    }

    /// <summary>The mode that the section will have at its end; a defaults section may be taken by either.</summary>
    private ProxyMode ModeOfSection()
    {
        Statement? last = _section.Statements.LastOrDefault(static s => s.Keyword.Text == "mode");
        return IsDefaults || IsInherited ? ProxyMode.Http
            : last is null ? _proxy.Mode : last.Text(1) == "http" ? ProxyMode.Http : ProxyMode.Tcp;
    }

    private void LogLine(Statement statement)
    {
        if (statement.Prefix == Prefix.Default)
        {
            _context.Error(FindingCodes.BadPrefix, statement.Keyword, "'default' has no meaning before log");
            return;
        }
        if (statement.Prefix == Prefix.No)
        {
            _proxy = _values.NoMore(statement, 1) ? _proxy with { Logs = [] } : _proxy;
            return;
        }
        if (statement.Text(1) == "global")
        {
            if (_values.NoMore(statement, 2))
            {
                _proxy = _proxy with { Logs = _proxy.Logs.AddRange(_global.Logs) };
            }
            return;
        }
        _proxy = _proxy with { Logs = With(_proxy.Logs, _parse.Logs.Parse(statement)) };
    }

    private void Capture(Statement statement)
    {
        bool isDeclared = statement.Keyword.Text == "declare";
        int index = isDeclared ? 2 : 1;
        if (isDeclared && (_values.Argument(statement, 1, "capture") is not { } first
            || _values.Choice(first, "declare", "capture") is null))
        {
            return;
        }
        string[] kinds = isDeclared ? ["request", "response"] : ["request", "response", "cookie"];
        if (_values.Argument(statement, index, string.Join(" or ", kinds)) is not { } kind
            || _values.Choice(kind, isDeclared ? "declare capture" : "capture", kinds) is not { } which)
        {
            return;
        }
        index++;
        string? header = null;
        if (!isDeclared)
        {
            if (which != "cookie" && (_values.Argument(statement, index++, "'header'") is not { } word
                || _values.Choice(word, "capture", "header") is null))
            {
                return;
            }
            if (_values.Argument(statement, index++, "a name") is not { } name)
            {
                return;
            }
            header = name.Text;
        }
        if (_values.Argument(statement, index, "'len' and a length") is not { } len
            || _values.Choice(len, "capture", "len") is null
            || _values.Argument(statement, index + 1, "a length") is not { } number
            || (!isDeclared && !_values.NoMore(statement, index + (which == "cookie" ? 3 : 2))))
        {
            return;
        }
        var slot = new CaptureSlot(header, Math.Max(0, _values.Atol(number, "len")), statement.Span);
        CapturesModel captures = _proxy.Captures;
        _proxy = _proxy with
        {
            Captures = which switch
            {
                "request" => captures with { Request = captures.Request.Add(slot) },
                "response" => captures with { Response = captures.Response.Add(slot) },
                _ => captures with { Cookie = slot },
            },
        };
    }

    private void Stats(Statement statement)
    {
        if (Argument(statement, "an option of statistics") is not { } word)
        {
            return;
        }
        if (_context.Look(KeywordGroup.Stats, word, "stats") is not { } spec || !IsAllowed(spec, word, $"stats {word}"))
        {
            return;
        }
        StatsModel stats = _proxy.Stats ?? new StatsModel();
        Word? value = word.Text is "auth" or "realm" or "refresh" or "scope" or "uri"
            ? _values.Argument(statement, 2, $"a value behind 'stats {word}'") : null;
        if (value is null && (word.Text is "auth" or "realm" or "refresh" or "scope" or "uri"))
        {
            return;
        }
        switch (word.Text)
        {
            case "auth":
                int colon = value!.Text.IndexOf(':', StringComparison.Ordinal);
                stats = stats with
                {
                    Users = stats.Users.Add(colon < 0 ? (value.Text, "")
                        : (value.Text[..colon], value.Text[(colon + 1)..])),
                };
                break;
            case "realm":
                stats = stats with { Realm = value!.Text };
                break;
            case "refresh":
                stats = stats with { Refresh = _values.Time(value!, "stats refresh", ValueReader.Seconds) ?? 0 };
                break;
            case "scope":
                stats = stats with { Scopes = stats.Scopes.Add(value!.Text) };
                break;
            case "uri":
                stats = stats with { Uri = value!.Text };
                break;
            case "hide-version":
                stats = stats with { HidesVersion = true };
                break;
            case "show-legends":
                stats = stats with { ShowsLegends = true };
                break;
            case "show-modules":
                stats = stats with { ShowsModules = true };
                break;
            case "show-node":
                stats = stats with { Node = statement.Text(2) };
                break;
            case "show-desc":
                stats = stats with
                {
                    Description = string.Join(' ', statement.Words.Skip(2).Select(static w => w.Text)),
                };
                break;
            case "admin":
                StatsAdmin(statement, ref stats);
                break;
            case "http-request":
                RuleModel? rule = _parse.Actions.Parse(RuleSet.StatsRequest, KeywordGroup.HttpRequestAction, statement,
                    2, _acls, RequestPlaces);
                if (rule is not null)
                {
                    Add(RuleSet.StatsRequest, rule);
                }
                break;
            default:
                break;
        }
        _proxy = _proxy with { Stats = stats };
    }

    private void StatsAdmin(Statement statement, ref StatsModel stats)
    {
        if (statement.Words.Length < 3)
        {
            _context.Error(FindingCodes.MissingArgument, statement.Words[^1],
                "'stats admin' expects 'if' or 'unless' and a condition");
        }
        else if (TryCondition(statement, 2, RequestPlaces, out RuleCondition? condition) && condition is not null)
        {
            stats = stats with { Admin = stats.Admin.Add(condition) };
        }
    }

    private void ErrorPage(Statement statement)
    {
        ImmutableArray<ErrorPageModel> pages = ErrorPageLine.Parse(_parse, statement,
            PlacesOf(SamplePlaces.FrontendHttpRequest | SamplePlaces.FrontendHttpResponse,
                SamplePlaces.BackendHttpRequest | SamplePlaces.BackendHttpResponse));
        if (statement.Keyword.Text == "errorfiles")
        {
            Keep(statement);
        }
        _proxy = _proxy with { ErrorPages = _proxy.ErrorPages.AddRange(pages) };
    }

    private void Compression(Statement statement)
    {
        if (Argument(statement, "algo, type or offload") is not { } word
            || _context.Look(KeywordGroup.Compression, word, "compression") is null)
        {
            return;
        }
        CompressionModel compression = _proxy.Compression ?? new CompressionModel();
        ImmutableArray<string> rest = [.. statement.Words.Skip(2).Select(static w => w.Text)];
        switch (word.Text)
        {
            case "algo" or "algo-res":
                foreach (Word algorithm in statement.Words.Skip(2))
                {
                    _values.Choice(algorithm, "compression algo", "identity", "gzip", "deflate", "raw-deflate");
                }
                compression = compression with { Algorithms = compression.Algorithms.AddRange(rest) };
                break;
            case "type" or "type-res":
                compression = compression with { Types = compression.Types.AddRange(rest) };
                break;
            case "offload":
                compression = compression with { IsOffloaded = true };
                break;
            case "minsize-res" when statement.Words.Length > 2:
                compression = compression with
                {
                    ResponseSizeMin = _values.Size(statement.Words[2], "compression minsize-res") ?? 0,
                };
                break;
            case "direction" when statement.Text(2) == "response":
                break;
            default:
                compression = compression with { Others = compression.Others.Add(Generic(statement)) };
                break;
        }
        if (word.Text is not "offload" && rest.Length == 0)
        {
            _context.Error(FindingCodes.MissingArgument, word, $"'compression {word}' expects at least one argument");
            return;
        }
        _proxy = _proxy with { Compression = compression };
    }

    private void Monitor(Statement statement)
    {
        if (Argument(statement, statement.Keyword.Text == "monitor" ? "'fail'" : "a URI") is not { } word)
        {
            return;
        }
        if (statement.Keyword.Text == "monitor-uri")
        {
            _proxy = _proxy with { MonitorUri = word.Text };
        }
        else if (_values.Choice(word, "monitor", "fail") is not null)
        {
            if (statement.Words.Length < 3)
            {
                _context.Error(FindingCodes.MissingArgument, word,
                    "'monitor fail' expects 'if' or 'unless' and a condition");
            }
            else if (TryCondition(statement, 2, RequestPlaces, out RuleCondition? condition) && condition is not null)
            {
                _proxy = _proxy with { MonitorFail = _proxy.MonitorFail.Add(condition) };
            }
        }
    }
}
