using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Patterns;

/// <summary>What an ACL says. The values are such that "and" and "or" of bits are those of the answers.</summary>
public enum AclAnswer : byte
{
    /// <summary>No.</summary>
    Fail = 0,

    /// <summary>Not yet: data is missing that may still come.</summary>
    Miss = 1,

    /// <summary>Yes.</summary>
    Pass = 3,
}

/// <summary>One ACL line.</summary>
internal sealed class CompiledAcl
{
    private readonly CompiledExpression _expression;
    private readonly MatchMethod _method;
    private readonly PatternSet[] _sets;

    public CompiledAcl(AclModel acl, CompileEnvironment environment)
    {
        _expression = SampleCompiler.Compile(acl.Expression, environment, iterates: true);
        _method = acl.Method;
        var sets = new List<PatternSet>();
        if (!acl.Patterns.IsEmpty)
        {
            IEnumerable<PatternEntry> patterns = acl.Expression.Fetch == "http_auth_group"
                ? MembersOf(acl, environment)
                : acl.Patterns.Select(static p => Entry(p.Pattern, p.IgnoreCase));
            PatternReference own = environment.Patterns.Anonymous(patterns);
            own.NameBy(acl.Expression.Fetch, acl.Span);
            sets.Add(own.For(acl.Method, environment.Regex));
        }
        foreach (PatternFile file in acl.Files)
        {
            PatternReference named = environment.Patterns
                .Named(file.Path, () => file.Patterns.Select(p => Entry(p, false)));
            named.NameBy("acl", file.Span);
            sets.Add(named.For(acl.Method, environment.Regex, file.IgnoreCase));
        }
        _sets = [.. sets];
    }

    public AclAnswer Evaluate(RequestContext context)
    {
        var sample = new Sample();
        AclAnswer answer = AclAnswer.Fail;
        do
        {
            if (!_expression.TryEvaluate(context, ref sample))
            {
                return sample.MayChange && !context.IsFinal ? AclAnswer.Miss : answer;
            }
            if (Matches(context, sample))
            {
                return AclAnswer.Pass;
            }
        }
        while (sample.HasMore);
        // What may still change, such as a length, gets another chance.
        return sample.MayChange && !context.IsFinal ? AclAnswer.Miss : answer;
    }

    /// <summary>Takes a copy: a cast for one set must not change what the next one sees.</summary>
    private bool Matches(RequestContext context, Sample sample)
    {
        switch (_method)
        {
            case MatchMethod.Found:
                return true;
            case MatchMethod.Boolean:
                return Casts.TryInteger(context, ref sample) && sample.Integer != 0;
            default:
                foreach (PatternSet set in _sets)
                {
                    Sample copy = sample;
                    if (set.Find(context, ref copy) is not null)
                    {
                        return true;
                    }
                }
                return false;
        }
    }

    private static PatternEntry Entry(Pattern pattern, bool ignoreCase)
        => new(0, pattern.Text, null, ignoreCase, pattern.Minimum, pattern.Maximum);

    /// <summary>The users of the groups: the fetch gives the user's name.</summary>
    private static IEnumerable<PatternEntry> MembersOf(AclModel acl, CompileEnvironment environment)
    {
        string list = acl.Expression.Arguments is [var first, ..] ? first.Text : "";
        ImmutableArray<UserModel> users
            = environment.Model.Userlists.FirstOrDefault(l => l.Name == list)?.Users ?? [];
        return users.Where(u => acl.Patterns.Any(p => u.Groups.Contains(p.Pattern.Text)))
            .Select(static u => PatternEntry.Of(0, u.Name, null, false));
    }
}

/// <summary><c>if</c> or <c>unless</c>, ready to run.</summary>
public sealed class CompiledCondition
{
    private readonly bool _isUnless;
    private readonly (bool Negated, CompiledAcl[] Any)[][] _alternatives;

    /// <summary>Compiles a condition.</summary>
    public CompiledCondition(RuleCondition condition, CompileEnvironment environment)
    {
        _isUnless = condition.IsUnless;
        _alternatives = [.. condition.Alternatives.Select(all => all.Select(term =>
            (term.Negated, term.Alternatives.Select(a => new CompiledAcl(a, environment)).ToArray())).ToArray())];
    }

    /// <summary>Whether the rule applies. With <see cref="RequestContext.IsFinal"/> it never says Miss.</summary>
    public AclAnswer Evaluate(RequestContext context)
    {
        int mark = context.Scratch.Mark;
        AclAnswer result = AclAnswer.Fail;
        foreach ((bool Negated, CompiledAcl[] Any)[] all in _alternatives)
        {
            result |= EvaluateAll(all, context);
            context.Scratch.Release(mark);
            if (result == AclAnswer.Pass)
            {
                break;
            }
        }
        return _isUnless ? Negate(result) : result;
    }

    private static AclAnswer EvaluateAll((bool Negated, CompiledAcl[] Any)[] all, RequestContext context)
    {
        AclAnswer suite = AclAnswer.Pass;
        foreach ((bool negated, CompiledAcl[] any) in all)
        {
            AclAnswer term = AclAnswer.Fail;
            foreach (CompiledAcl acl in any)
            {
                term |= acl.Evaluate(context);
                if (term == AclAnswer.Pass)
                {
                    break;
                }
            }
            suite &= negated ? Negate(term) : term;
            if (suite == AclAnswer.Fail)
            {
                break;
            }
        }
        return suite;
    }

    private static AclAnswer Negate(AclAnswer answer) => (AclAnswer)(3 >> (int)answer);
}
