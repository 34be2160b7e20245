using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Converters;
using Holdfast.HAProxy.Fetches;

namespace Holdfast.HAProxy.Samples;

/// <summary>Makes expressions of the configuration runnable.</summary>
public static class SampleCompiler
{
    /// <summary>Names of all fetches that can be compiled.</summary>
    public static IEnumerable<string> FetchNames => FetchTable.Names;

    /// <summary>Names of all converters that can be compiled.</summary>
    public static IEnumerable<string> ConverterNames => ConverterTable.Names;

    /// <summary>Compiles an expression.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="environment">The configuration.</param>
    /// <param name="iterates">Whether it is for an ACL, which sees all values of a header, not the last one.</param>
    /// <exception cref="NotSupportedException">
    /// A fetch or converter is not among <see cref="FetchNames"/> and <see cref="ConverterNames"/>.
    /// </exception>
    public static CompiledExpression Compile(
        SampleExpression expression, CompileEnvironment environment, bool iterates = false)
    {
        var arguments = new StepArguments(environment, expression.Fetch, expression.Arguments, iterates);
        SampleStep fetch = FetchTable.Compile(arguments)
            ?? throw new NotSupportedException($"fetch {expression.Fetch}");
        environment.NamesOwnEnd |= expression.Fetch.StartsWith("bc_src", StringComparison.Ordinal);
        var steps = new List<SampleStep>();
        foreach (ConverterCall call in expression.Converters)
        {
            if (call.Input != SampleType.Any)
            {
                SampleType input = call.Input;
                steps.Add((context, ref sample) => Casts.TryTo(input, context, ref sample));
            }
            var with = new StepArguments(environment, call.Name, call.Arguments, false);
            steps.Add(ConverterTable.Compile(with) ?? throw new NotSupportedException($"converter {call.Name}"));
        }
        return new CompiledExpression(fetch, [.. steps]);
    }
}

/// <summary>An expression that can run: on any loop, with the context of a connection.</summary>
public sealed class CompiledExpression
{
    private readonly SampleStep _fetch;
    private readonly SampleStep[] _converters;

    internal CompiledExpression(SampleStep fetch, SampleStep[] converters)
    {
        _fetch = fetch;
        _converters = converters;
    }

    /// <summary>Evaluates it.</summary>
    /// <param name="context">The connection.</param>
    /// <param name="sample">
    /// Default, or what the last call of an ACL's walk left: it goes on at its position while it says HasMore.
    /// </param>
    /// <returns>False: there is no value. Then MayChange says whether there may be one later.</returns>
    public bool TryEvaluate(RequestContext context, ref Sample sample)
    {
        sample.HasMore = false;
        sample.MayChange = false;
        if (!_fetch(context, ref sample))
        {
            return false;
        }
        foreach (SampleStep step in _converters)
        {
            if (!step(context, ref sample))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Evaluates it, and casts the value to text.</summary>
    public bool TryEvaluateText(RequestContext context, ref Sample sample)
        => TryEvaluate(context, ref sample) && Casts.TryText(context, ref sample);

    /// <summary>Evaluates it, and casts the value to a type.</summary>
    public bool TryEvaluateAs(SampleType type, RequestContext context, ref Sample sample)
        => TryEvaluate(context, ref sample) && Casts.TryTo(type, context, ref sample);
}
