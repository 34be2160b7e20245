using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Syntax;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.Headers;

namespace Holdfast.HAProxy.Rules;

/// <summary>Actions that change how the session goes on: timeouts, the place in queues, early hints.</summary>
internal static class SessionActions
{
    private const int HintMax = 8192;
    private const int MicrosecondsPerMillisecond = 1000;

    public static RuleStep Timeout(SetTimeoutAction action, CompileEnvironment environment)
    {
        CompiledExpression? expression
            = action.Expression is { } model ? SampleCompiler.Compile(model, environment) : null;
        bool isTunnel = action.Timeout == "tunnel";
        return context =>
        {
            long value = action.Milliseconds ?? 0;
            var sample = new Sample();
            if (expression is not null)
            {
                if (!expression.TryEvaluateAs(SampleType.Integer, context, ref sample) || sample.Integer < 0)
                {
                    return Verdict.Continue;
                }
                value = sample.Integer;
            }
            if (isTunnel)
            {
                context.TunnelTimeout = value;
            }
            else
            {
                context.ServerTimeout = value;
            }
            return Verdict.Continue;
        };
    }

    /// <summary>Waits: for a constant time; one by an expression is not carried out.</summary>
    public static RuleStep Pause(string time)
    {
        if (Units.Time(time, MicrosecondsPerMillisecond, out long milliseconds, out _) != UnitFault.None)
        {
            throw new NotSupportedException("pause by an expression");
        }
        var verdict = new Verdict(VerdictKind.Pause, Number: milliseconds);
        return _ => verdict;
    }

    public static RuleStep Retries(string number)
    {
        if (!int.TryParse(number, out int retries) || retries < 0)
        {
            throw new NotSupportedException("set-retries by an expression");
        }
        return context =>
        {
            context.RetriesMax = retries;
            return Verdict.Continue;
        };
    }

    public static RuleStep Priority(SetPriorityAction action, CompileEnvironment environment)
    {
        CompiledExpression expression = SampleCompiler.Compile(action.Expression, environment);
        bool isClass = action.Name == "set-priority-class";
        return context =>
        {
            var sample = new Sample();
            if (expression.TryEvaluateAs(SampleType.Integer, context, ref sample))
            {
                (context.PriorityClass, context.PriorityOffset) = isClass
                    ? (sample.Integer, context.PriorityOffset) : (context.PriorityClass, sample.Integer);
            }
            return Verdict.Continue;
        };
    }

    /// <summary>Puts a line behind those that are there: one response has them all.</summary>
    public static RuleStep EarlyHint(EarlyHintAction action, CompileEnvironment environment)
    {
        byte[] name = ByteText.ToBytes(action.Header.ToLowerInvariant());
        CompiledLogFormat value = CompiledLogFormat.Compile(action.Value, environment);
        return context =>
        {
            if (!value.TryWrite(context, out ReadOnlySpan<byte> text) || !HttpText.IsToken(name)
                || !HttpText.IsFieldValue(text) || !context.Scratch.TryTake(HintMax, out Span<byte> room))
            {
                return new Verdict(VerdictKind.Failed);
            }
            var writer = new LogWriter(room);
            writer.Put(context.EarlyHints.Value);
            writer.Put(name);
            writer.Put(": "u8);
            writer.Put(text);
            writer.Put("\r\n"u8);
            return !writer.IsCut && context.EarlyHints.TryKeep(writer.Written)
                ? Verdict.Continue : new Verdict(VerdictKind.Failed);
        };
    }
}
