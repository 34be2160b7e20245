using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Syntax that haproxy has removed, or will: the reqrep family, block, dispatch.</summary>
internal sealed partial class ProxyBinder
{
    /// <summary><c>block if CONDITION</c>: denied before all other http-request rules.</summary>
    private void Block(Statement statement)
    {
        if (statement.Words.Length < 2)
        {
            _context.Error(FindingCodes.MissingArgument, statement.Keyword,
                "'block' expects 'if' or 'unless' and a condition");
            return;
        }
        if (!TryCondition(statement, 1, RequestPlaces, out RuleCondition? condition))
        {
            return;
        }
        var reply = new ReplyModel(403, ReplyBody.Default, statement.Keyword.Span);
        var rule = new RuleModel(new ReplyAction("deny", reply), condition, statement.Span);
        int blocks = _proxy.RulesOf(RuleSet.HttpRequest)
            .TakeWhile(static r => r.Action is ReplyAction { Name: "deny" } && r.Condition is not null).Count();
        _proxy = _proxy with
        {
            Rules = _proxy.Rules.SetItem(RuleSet.HttpRequest, _proxy.RulesOf(RuleSet.HttpRequest).Insert(blocks, rule)),
        };
    }

    /// <summary><c>dispatch ADDRESS:PORT</c>: a backend with one server that is never checked.</summary>
    private void Dispatched(Statement statement)
    {
        if (Argument(statement, "an address and a port") is not { } word
            || _parse.Endpoints.Parse(word, EndpointRules.MustHavePort, "dispatch") is not { } endpoint)
        {
            return;
        }
        if (_proxy.Servers.Length > 0)
        {
            _context.Error(FindingCodes.Overwritten, word, "'dispatch' counts only where there is no server");
            return;
        }
        _proxy = _proxy with { Servers = [new ServerModel("<DISPATCH>", endpoint, statement.Span)] };
    }

    private void OldRule(Statement statement)
    {
        string keyword = statement.Keyword.Text;
        bool ignoresCase = keyword.StartsWith("reqi", StringComparison.Ordinal)
            || keyword.StartsWith("rspi", StringComparison.Ordinal);
        string name = ignoresCase ? keyword.Remove(3, 1) : keyword;
        bool isAdd = name is "reqadd" or "rspadd";
        bool isReplace = name is "reqrep" or "rsprep";
        if (statement.Words.Length < (isReplace ? 3 : 2))
        {
            _context.Error(FindingCodes.MissingArgument, statement.Words[^1], isReplace
                ? $"'{keyword}' expects a regular expression and a line" : $"'{keyword}' expects an argument");
            return;
        }
        Word word = statement.Words[1];
        RegexModel? regex = null;
        if (!isAdd)
        {
            _context.CheckRegex(word, word.Text, ignoresCase);
            regex = new RegexModel(word.Text, ignoresCase, word.Span);
        }
        SamplePlaces places = name[2] == 'q' ? RequestPlaces
            : PlacesOf(SamplePlaces.FrontendHttpResponse, SamplePlaces.BackendHttpResponse);
        if (!TryCondition(statement, isReplace ? 3 : 2, places, out RuleCondition? condition))
        {
            return;
        }
        string text = isAdd ? word.Text : isReplace ? statement.Text(2) : "";
        RuleSet set = name[2] == 'q' ? RuleSet.OldRequest : RuleSet.OldResponse;
        var rule = new RuleModel(new OldLineAction(name, regex, text), condition, statement.Span);
        _proxy = _proxy with { Rules = _proxy.Rules.SetItem(set, _proxy.RulesOf(set).Add(rule)) };
    }
}
