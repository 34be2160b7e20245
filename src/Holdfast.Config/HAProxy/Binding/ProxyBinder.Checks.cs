using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary><c>http-check</c>, <c>tcp-check</c> and <c>external-check</c> lines.</summary>
internal sealed partial class ProxyBinder
{
    private void Check(Statement statement)
    {
        string keyword = statement.Keyword.Text;
        if (Argument(statement, "an action") is not { } word)
        {
            return;
        }
        if (keyword == "external-check")
        {
            if (_values.Choice(word, keyword, "command", "path") is { } which
                && _values.Argument(statement, 2, "a path") is { } path)
            {
                _proxy = _proxy with
                {
                    HealthCheck = which == "command" ? _proxy.HealthCheck with { Command = path.Text }
                        : _proxy.HealthCheck with { Path = path.Text },
                };
            }
            return;
        }
        bool isHttp = keyword == "http-check";
        KeywordGroup group = isHttp ? KeywordGroup.HttpCheck : KeywordGroup.TcpCheck;
        if (_context.Look(group, word, keyword) is not { } spec)
        {
            return;
        }
        if (spec.Name is "disable-on-404" or "send-state")
        {
            _proxy = _proxy with
            {
                HealthCheck = spec.Name == "send-state" ? _proxy.HealthCheck with { SendsState = true }
                    : _proxy.HealthCheck with { DisablesOn404 = true },
            };
            return;
        }
        CheckStep? step = new CheckStepParser(_parse, statement, _acls).Parse(spec.Name, isHttp);
        HealthCheckModel check = _proxy.HealthCheck;
        ImmutableArray<CheckStep> steps = isHttp ? check.HttpSteps : check.TcpSteps;
        if (step is CheckConnect && !steps.Any(static s => s is CheckConnect)
            && steps.Any(static s => s is not (CheckComment or CheckVariable)))
        {
            _context.Error(FindingCodes.BadRule, word, $"the first step of '{keyword}' must be a 'connect', too, when "
                + "there is one");
            return;
        }
        if (step is not null)
        {
            _proxy = _proxy with
            {
                HealthCheck = isHttp ? check with { HttpSteps = steps.Add(step) }
                    : check with { TcpSteps = steps.Add(step) },
            };
        }
    }
}
