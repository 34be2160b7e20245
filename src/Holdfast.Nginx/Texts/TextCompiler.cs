using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Variables;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Texts;

/// <summary>Compiles texts and expressions of one http block, at load.</summary>
/// <param name="variables">Its variables.</param>
/// <param name="regexes">Compiles regular expressions.</param>
public sealed class TextCompiler(VariableTable variables, IRegexFactory regexes)
{
    /// <summary>Its variables.</summary>
    public VariableTable Variables { get; } = variables;

    /// <summary>Compiles a text; null: the empty one.</summary>
    /// <exception cref="FormatException">A variable is not known, which the parser would have said.</exception>
    public CompiledText Compile(ComplexText? text)
        => text is null ? CompiledText.Empty : new([.. text.Parts.Select(PartOf)]);

    /// <summary>How a variable is read.</summary>
    /// <exception cref="FormatException">There is none of this name.</exception>
    public VariableReader Variable(string name)
        => Variables.Find(name) ?? throw new FormatException($"unknown \"{name}\" variable");

    /// <summary>Compiles an expression, whose named groups become variables.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public CompiledRegex Compile(NginxRegex regex)
    {
        ArgumentNullException.ThrowIfNull(regex);
        IRegex compiled = regexes.Compile(regex.Pattern, regex.IgnoresCase);
        return new(compiled,
            [.. regex.Names.Select(name => (Variables.IndexOf(name.ToLowerInvariant()), compiled.GroupOf(name)))]);
    }

    private CompiledText.Part PartOf(TextPart part) => part.Kind switch
    {
        TextPartKind.Literal => new(Encoding.UTF8.GetBytes(part.Text), null, 0),
        TextPartKind.Variable => new(null, Variable(part.Text), 0),
        _ => new(null, null, part.Capture),
    };
}
