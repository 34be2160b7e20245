using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Patterns;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Rules;

/// <summary>One list of rules of a proxy.</summary>
public sealed class CompiledRules
{
    private readonly (CompiledCondition? When, RuleStep Do, RulePlace Place)[] _rules;
    private readonly bool _isOfStream;

    /// <summary>Compiles a list.</summary>
    /// <param name="rules">The rules, in order.</param>
    /// <param name="set">Which list it is.</param>
    /// <param name="environment">The configuration.</param>
    public CompiledRules(IEnumerable<RuleModel> rules, RuleSet set, CompileEnvironment environment)
    {
        _rules = [.. rules.Select(r => (
            r.Condition is { } condition ? new CompiledCondition(condition, environment) : null,
            RuleCompiler.Compile(r.Action, set, environment), new RulePlace(r.Span)))];
        _isOfStream = set is not (RuleSet.TcpConnection or RuleSet.TcpSession);
    }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _rules.Length == 0;

    /// <summary>Runs the list until a rule decides.</summary>
    /// <param name="context">The request.</param>
    /// <param name="from">The rule to begin with: 0, or where it waited.</param>
    public Verdict Run(RequestContext context, int from = 0)
    {
        context.IsLenient = false;
        for (int i = from; i < _rules.Length; i++)
        {
            int mark = context.Scratch.Mark;
            AclAnswer answer = _rules[i].When?.Evaluate(context) ?? AclAnswer.Pass;
            Verdict verdict = answer switch
            {
                AclAnswer.Pass => _rules[i].Do(context),
                AclAnswer.Miss => new Verdict(VerdictKind.Wait),
                _ => Verdict.Continue,
            };
            context.Scratch.Release(mark);
            if (verdict.Kind == VerdictKind.Failed && context.IsLenient)
            {
                continue;
            }
            if (verdict.Kind != VerdictKind.Continue)
            {
                if (_isOfStream && verdict.Kind is not (VerdictKind.Wait or VerdictKind.WaitForBody
                    or VerdictKind.Pause))
                {
                    context.LastRule = _rules[i].Place;
                }
                return verdict with { Rule = i };
            }
        }
        return Verdict.Continue;
    }
}

/// <summary>The choice of a backend or server: <c>use_backend</c>, <c>use-server</c>.</summary>
public sealed class CompiledChoices
{
    private readonly (CompiledCondition? When, CompiledLogFormat Name)[] _choices;

    /// <summary>Compiles the choices.</summary>
    public CompiledChoices(
        IEnumerable<(LogFormat Name, RuleCondition? Condition)> choices, CompileEnvironment environment)
    {
        _choices = [.. choices.Select(c => (
            c.Condition is { } condition ? new CompiledCondition(condition, environment) : null,
            CompiledLogFormat.Compile(c.Name, environment)))];
    }

    /// <summary>How many there are.</summary>
    public int Count => _choices.Length;

    /// <summary>The next choice whose condition holds.</summary>
    /// <param name="context">The request.</param>
    /// <param name="index">In: the first one to look at. Out: the one that holds.</param>
    /// <param name="name">
    /// The name, valid until the next evaluation. When no backend has it, the original goes to default_backend; when no
    /// usable server has it, on to the next choice: index + 1.
    /// </param>
    public bool TryNext(RequestContext context, ref int index, out ReadOnlySpan<byte> name)
    {
        context.Scratch.Release(0);
        for (; index < _choices.Length; index++)
        {
            if ((_choices[index].When?.Evaluate(context) ?? AclAnswer.Pass) == AclAnswer.Pass)
            {
                return _choices[index].Name.TryWrite(context, out name);
            }
        }
        name = default;
        return false;
    }
}
