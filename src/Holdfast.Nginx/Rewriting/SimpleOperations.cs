using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Rewriting;

/// <summary><c>break</c>: the request stays where it is, even when a rewrite before has changed its path.</summary>
internal sealed class BreakOperation : RewriteOperation
{
    internal override bool Run(Request request, ref RewriteRun run)
    {
        run.HasNewPath = false;
        return false;
    }
}

/// <summary><c>set</c></summary>
internal sealed class SetOperation(int variable, CompiledText value) : RewriteOperation
{
    internal override bool Run(Request request, ref RewriteRun run)
    {
        request.SetValue(variable, value.Evaluate(request));
        return true;
    }
}

/// <summary><c>set $args</c>: the arguments themselves.</summary>
internal sealed class SetArgumentsOperation(CompiledText value) : RewriteOperation
{
    internal override bool Run(Request request, ref RewriteRun run)
    {
        request.SetArguments(value.Evaluate(request));
        return true;
    }
}

/// <summary><c>return</c></summary>
internal sealed class ReturnOperation(int status, CompiledText? text) : RewriteOperation
{
    internal override bool Run(Request request, ref RewriteRun run)
    {
        run.Status = status;
        run.HasText = text is not null;
        run.Text = text is null ? default : text.Evaluate(request);
        return false;
    }
}

/// <summary><c>if</c>: the request goes to its block, and stays there.</summary>
/// <param name="condition">When.</param>
/// <param name="place">Where it goes; null: a server's <c>if</c>, which is no place.</param>
/// <param name="steps">What is done then.</param>
internal sealed class IfOperation(CompiledCondition condition, Place? place, RewriteProgram steps) : RewriteOperation
{
    internal override bool Run(Request request, ref RewriteRun run)
    {
        if (!condition.Holds(request))
        {
            return true;
        }
        request.Place = place ?? request.Place;
        return steps.RunWithin(request, ref run);
    }
}
