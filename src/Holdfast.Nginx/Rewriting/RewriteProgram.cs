using Holdfast.Nginx.Requests;

namespace Holdfast.Nginx.Rewriting;

/// <summary>What a server's or a location's directives of the rewrite module do, in the order of the file.</summary>
public sealed class RewriteProgram
{
    private readonly RewriteOperation[] _operations;

    internal RewriteProgram(IEnumerable<RewriteOperation> operations) => _operations = [.. operations];

    /// <summary>One that does nothing.</summary>
    public static RewriteProgram Empty { get; } = new([]);

    /// <summary>Runs for a request.</summary>
    public RewriteResult Run(Request request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var run = new RewriteRun();
        _ = RunWithin(request, ref run);
        return run.Result();
    }

    /// <returns>Whether what follows is to be done, too.</returns>
    internal bool RunWithin(Request request, ref RewriteRun run)
    {
        foreach (RewriteOperation operation in _operations)
        {
            if (!operation.Run(request, ref run))
            {
                return false;
            }
        }
        return true;
    }
}

/// <summary>What a program has come to.</summary>
internal ref struct RewriteRun
{
    internal bool HasNewPath;
    internal int Status;
    internal ReadOnlySpan<byte> Text;
    internal bool HasText;
    internal string? Problem;

    internal readonly RewriteResult Result() => Problem is not null
        ? new(RewriteOutcome.Fail, problem: Problem)
        : Status > 0 ? new(RewriteOutcome.Answer, Status, Text, HasText)
        : new(HasNewPath ? RewriteOutcome.FindLocation : RewriteOutcome.GoOn);
}

/// <summary>One directive.</summary>
internal abstract class RewriteOperation
{
    /// <returns>Whether the next one is to be done.</returns>
    internal abstract bool Run(Request request, ref RewriteRun run);
}
