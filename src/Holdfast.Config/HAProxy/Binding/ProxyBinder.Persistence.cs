using System.Globalization;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Cookies, stick tables, persistence and balancing.</summary>
internal sealed partial class ProxyBinder
{
    private void Persistence(Statement statement)
    {
        switch (statement.Keyword.Text)
        {
            case "cookie":
                Cookie(statement);
                break;
            case "stick-table":
                StickTable(statement);
                break;
            case "stick":
                Stick(statement);
                break;
            case "dynamic-cookie-key":
                if (Argument(statement, "a key") is { } key)
                {
                    _proxy = _proxy with { DynamicCookieKey = key.Text };
                }
                break;
            case "persist":
                Persist(statement);
                break;
            default:
                bool isForced = statement.Keyword.Text == "force-persist";
                if (statement.Words.Length < 2)
                {
                    _context.Error(FindingCodes.MissingArgument, statement.Keyword,
                        $"'{statement.Keyword}' expects 'if' or 'unless' and a condition");
                }
                else if (TryCondition(statement, 1, SamplePlaces.FrontendHttpRequest | SamplePlaces.BackendServer
                    | SamplePlaces.BackendHttpRequest, out RuleCondition? condition) && condition is not null)
                {
                    _proxy = isForced ? _proxy with { ForcePersist = _proxy.ForcePersist.Add(condition) }
                        : _proxy with { IgnorePersist = _proxy.IgnorePersist.Add(condition) };
                }
                break;
        }
    }

    private void Persist(Statement statement)
    {
        if (Argument(statement, "rdp-cookie") is not { } word)
        {
            return;
        }
        string name = word.Text;
        int open = name.IndexOf('(', StringComparison.Ordinal);
        if ((open < 0 ? name : name[..open]) != "rdp-cookie" || (open >= 0 && !name.EndsWith(')')))
        {
            _values.Choice(word, "persist", "rdp-cookie");
            return;
        }
        _proxy = _proxy with { PersistRdpCookie = open < 0 ? "msts" : name[(open + 1)..^1] };
    }

    private void Cookie(Statement statement)
    {
        if (Argument(statement, "the name of a cookie") is not { } name)
        {
            return;
        }
        var cookie = new CookieModel(name.Text, CookieMode.Passive, statement.Span);
        int modes = 0;
        for (int i = 2; i < statement.Words.Length; i++)
        {
            Word word = statement.Words[i];
            if (_context.Look(KeywordGroup.Cookie, word, "cookie option") is null)
            {
                return;
            }
            Word? value = null;
            if (word.Text is "domain" or "maxidle" or "maxlife" or "attr" && (value =
                _values.Argument(statement, ++i, $"a value behind '{word}'")) is null)
            {
                return;
            }
            modes += word.Text is "insert" or "prefix" or "rewrite" ? 1 : 0;
            cookie = CookieWord(cookie, word.Text, value);
        }
        if (modes > 1)
        {
            _context.Error(FindingCodes.Conflict, name, "'cookie' takes one of 'insert', 'prefix' and 'rewrite'");
            return;
        }
        _proxy = _proxy with { Cookie = cookie };
    }

    private CookieModel CookieWord(CookieModel cookie, string word, Word? value) => word switch
    {
        "insert" => cookie with { Mode = CookieMode.Insert },
        "prefix" => cookie with { Mode = CookieMode.Prefix },
        "rewrite" => cookie with { Mode = CookieMode.Rewrite },
        "indirect" => cookie with { IsIndirect = true },
        "nocache" => cookie with { PreventsCaching = true },
        "postonly" => cookie with { OnlyAfterPost = true },
        "preserve" => cookie with { PreservesServers = true },
        "httponly" => cookie with { IsHttpOnly = true },
        "secure" => cookie with { IsSecure = true },
        "dynamic" => cookie with { IsDynamic = true },
        "domain" => cookie with { Domains = cookie.Domains.Add(value!.Text) },
        "attr" => cookie with { Attributes = cookie.Attributes.Add(value!.Text) },
        "maxidle" => cookie with { MaxIdle = _values.Time(value!, word, ValueReader.Seconds) ?? 0 },
        _ => cookie with { MaxLife = _values.Time(value!, word, ValueReader.Seconds) ?? 0 },
    };

    private void StickTable(Statement statement)
    {
        StickTableModel? table = StickTableLine.Parse(_context, _values, statement, 1, _section.Name);
        if (table is not null && _proxy.StickTable is not null)
        {
            _context.Error(FindingCodes.DuplicateName, statement.Keyword, $"{Title} has a stick-table already");
        }
        else if (table is not null)
        {
            _proxy = _proxy with { StickTable = table };
        }
    }

    private void Stick(Statement statement)
    {
        if (Argument(statement, "on, match, store-request or store-response") is not { } kind
            || _values.Choice(kind, "stick", "on", "match", "store-request", "store-response") is not { } word)
        {
            return;
        }
        bool isResponse = word == "store-response";
        SamplePlaces places = isResponse ? SamplePlaces.BackendStore : SamplePlaces.BackendServer;
        int index = 2;
        if (_parse.Expressions.ParseFor(statement.Words, ref index, places, "stick") is not { } key)
        {
            return;
        }
        string table = "";
        if (statement.Text(index) == "table")
        {
            if (_values.Argument(statement, index + 1, "the name of a table") is not { } name)
            {
                return;
            }
            table = name.Text;
            index += 2;
        }
        if (TryCondition(statement, index, places, out RuleCondition? condition))
        {
            _proxy = _proxy with
            {
                StickRules = _proxy.StickRules.Add(new StickRuleModel(word is "on" or "match",
                    word is "on" or "store-request", isResponse, key, table, condition, statement.Span)),
            };
        }
    }

    private void Balancing(Statement statement)
    {
        if (statement.Keyword.Text == "balance" && statement.Words.Length == 1)
        {
            _proxy = _proxy with { Balance = new BalanceModel("roundrobin", statement.Span) };
            return;
        }
        if (Argument(statement, "an argument") is not { } word)
        {
            return;
        }
        switch (statement.Keyword.Text)
        {
            case "hash-balance-factor":
                int? factor = _values.Integer(word, "hash-balance-factor");
                if (factor is > 0 and <= 100)
                {
                    _context.Error(FindingCodes.BadNumber, word, "'hash-balance-factor' is 0 or more than 100");
                }
                _proxy = _proxy with { HashBalanceFactor = factor ?? 0 };
                break;
            case "hash-type":
                HashType(statement);
                break;
            default:
                Balance(statement, word);
                break;
        }
    }

    private void HashType(Statement statement)
    {
        if (_values.Choice(statement.Words[1], "hash-type", "map-based", "consistent") is not { } method)
        {
            return;
        }
        var type = new HashTypeModel { IsConsistent = method == "consistent", HasAvalanche = method == "consistent" };
        if (statement.Words.Length > 2)
        {
            if (_values.Choice(statement.Words[2], "hash-type", "sdbm", "djb2", "wt6", "crc32", "none")
                is not { } function)
            {
                return;
            }
            type = type with { Function = function, HasAvalanche = false };
        }
        if (statement.Words.Length > 3)
        {
            if (_values.Choice(statement.Words[3], "hash-type", "avalanche") is null)
            {
                return;
            }
            type = type with { HasAvalanche = true };
        }
        if (_values.NoMore(statement, 4))
        {
            _proxy = _proxy with { HashType = type };
        }
    }

    private void Balance(Statement statement, Word word)
    {
        int open = word.Text.IndexOf('(', StringComparison.Ordinal);
        string name = open < 0 ? word.Text : word.Text[..open];
        if (KeywordTable.Find(KeywordGroup.Balance, name) is not { } spec)
        {
            _context.Error(FindingCodes.UnknownKeyword, word, $"unknown balance algorithm '{name}'", null,
                KeywordTable.Nearest(KeywordGroup.Balance, name));
            return;
        }
        _context.Support(spec, word.Span, $"balance {name}");
        string inner = open < 0 ? "" : word.Text[(open + 1)..].TrimEnd(')');
        if (open >= 0 && !word.Text.EndsWith(')'))
        {
            _context.Error(FindingCodes.BadWord, word, $"missing ')' in '{word}'");
            return;
        }
        var balance = new BalanceModel(name, statement.Span) { Name = inner };
        switch (name)
        {
            case "hdr" when inner.Length == 0:
                _context.Error(FindingCodes.MissingArgument, word,
                    "'balance hdr' expects the name of a header: hdr(name)");
                return;
            case "hdr":
                if (statement.Words.Length > 2)
                {
                    _values.Choice(statement.Words[2], "balance hdr", "use_domain_only");
                    balance = balance with { UsesDomainOnly = true };
                }
                break;
            case "random" when inner.Length > 0:
                if (!int.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out int draws) || draws < 1)
                {
                    _context.Error(FindingCodes.BadNumber, word, "'random' takes a number of draws of at least 1");
                    return;
                }
                balance = balance with { Draws = draws };
                break;
            case "rdp-cookie":
                balance = balance with { Name = inner.Length == 0 ? "mstshash" : inner };
                break;
            case "url_param":
                if (_values.Argument(statement, 2, "the name of a parameter") is not { } parameter)
                {
                    return;
                }
                if (statement.Words.Length > 3)
                {
                    _values.Choice(statement.Words[3], "balance url_param", "check_post");
                }
                balance = balance with { Name = parameter.Text, ChecksPost = statement.Words.Length > 3 };
                break;
            case "uri":
                balance = BalanceUri(statement, balance);
                break;
            case "hash":
                int index = 2;
                balance = balance with
                {
                    Hash = _parse.Expressions.ParseFor(statement.Words, ref index, SamplePlaces.BackendServer,
                        "balance hash"),
                };
                break;
            default:
                break;
        }
        _proxy = _proxy with { Balance = balance };
    }

    private BalanceModel BalanceUri(Statement statement, BalanceModel balance)
    {
        for (int i = 2; i < statement.Words.Length; i++)
        {
            switch (_values.Choice(statement.Words[i], "balance uri", "len", "depth", "whole", "path-only"))
            {
                case "whole":
                    balance = balance with { UriWhole = true };
                    break;
                case "path-only":
                    balance = balance with { UriPathOnly = true };
                    break;
                case { } sized:
                    if (_values.Argument(statement, ++i, $"a number behind '{sized}'") is not { } number)
                    {
                        return balance;
                    }
                    int value = _values.Integer(number, $"balance uri {sized}", 1) ?? 0;
                    balance = sized == "len" ? balance with { UriLength = value } : balance with { UriDepth = value };
                    break;
                default:
                    return balance;
            }
        }
        return balance;
    }
}
