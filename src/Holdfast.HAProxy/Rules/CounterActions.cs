using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Rules;

/// <summary>Actions on stick tables.</summary>
internal static class CounterActions
{
    public static RuleStep Compile(RuleAction action, CompileEnvironment environment)
        => action is TrackAction track ? Track(track, environment) : Change((CounterAction)action, environment);

    private static RuleStep Track(TrackAction action, CompileEnvironment environment)
    {
        CompiledExpression key = SampleCompiler.Compile(action.Key, environment);
        string table = action.Table.Length > 0 ? action.Table : environment.CurrentProxy;
        return context =>
        {
            var sample = new Sample();
            if (key.TryEvaluate(context, ref sample))
            {
                context.Stick?.Track(action.Counter, table, sample);
            }
            else if (sample.MayChange && !context.IsFinal)
            {
                return new Verdict(VerdictKind.Wait);
            }
            return Verdict.Continue;
        };
    }

    private static RuleStep Change(CounterAction action, CompileEnvironment environment)
    {
        CompiledExpression? expression
            = action.Expression is { } model ? SampleCompiler.Compile(model, environment) : null;
        return context =>
        {
            long value = action.Value ?? 1;
            var sample = new Sample();
            if (expression is not null)
            {
                if (!expression.TryEvaluateAs(SampleType.Integer, context, ref sample))
                {
                    return Verdict.Continue;
                }
                value = sample.Integer;
            }
            context.Stick?.Change(action.Name, action.Counter, action.Index, value);
            return Verdict.Continue;
        };
    }
}
