using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Rewriting;

/// <summary>Compiles directives of the rewrite module.</summary>
/// <param name="texts">Compiles their texts.</param>
/// <param name="files">Asks the file system.</param>
/// <param name="finish">What the engine adds to a place; null: nothing.</param>
public sealed class RewriteCompiler(TextCompiler texts, FileQuestion files, Func<Place, Place>? finish = null)
{
    /// <summary>Compiles a program.</summary>
    /// <param name="steps">The directives.</param>
    /// <param name="place">Where they stand.</param>
    /// <exception cref="FormatException">A text is wrong in a way that the parser would have said.</exception>
    public RewriteProgram Compile(IEnumerable<RewriteStep> steps, Place place)
    {
        ArgumentNullException.ThrowIfNull(steps);
        return new(steps.Select(step => Operation(step, place)));
    }

    private RewriteOperation Operation(RewriteStep step, Place place) => step switch
    {
        RewriteUri uri => new RewriteUriOperation(
            texts.Compile(uri.Regex), texts.Compile(uri.Replacement), uri.DropsArguments, uri.Flag),
        SetVariable { Variable: "args" } set => new SetArgumentsOperation(texts.Compile(set.Value)),
        SetVariable set => new SetOperation(texts.Variables.IndexOf(set.Variable), texts.Compile(set.Value)),
        ReturnAnswer answer => new ReturnOperation(
            answer.Status, answer.Text is null ? null : texts.Compile(answer.Text)),
        BreakRewrite => new BreakOperation(),
        IfBlock block => new IfOperation(
            new CompiledCondition(block.Condition, texts, files), PlaceOf(block, place),
            Compile(block.Steps, place)),
        _ => throw new FormatException($"a step of an unknown kind: {step.GetType().Name}"),
    };

    private Place? PlaceOf(IfBlock block, Place place)
    {
        if (block.Settings is null)
        {
            return null;
        }
        Place found = place with { Settings = block.Settings, Content = block.Content, Program = null };
        return finish?.Invoke(found) ?? found;
    }
}
