using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Variables;

namespace Holdfast.Nginx.Rewriting;

/// <summary>Asks the file system for conditions.</summary>
/// <param name="path">The path.</param>
/// <param name="question">One of those about files.</param>
public delegate bool FileQuestion(ReadOnlySpan<byte> path, ConditionKind question);

/// <summary>The condition of an <c>if</c>.</summary>
internal sealed class CompiledCondition
{
    private readonly ConditionKind _kind;
    private readonly bool _isNegated;
    private readonly VariableReader? _variable;
    private readonly CompiledText _text;
    private readonly CompiledRegex? _regex;
    private readonly FileQuestion _files;

    internal CompiledCondition(RewriteCondition condition, TextCompiler compiler, FileQuestion files)
    {
        _kind = condition.Kind;
        _isNegated = condition.IsNegated;
        _variable = condition.Variable is { } name ? compiler.Variable(name) : null;
        _text = compiler.Compile(condition.Text);
        _regex = condition.Regex is { } regex ? compiler.Compile(regex) : null;
        _files = files;
    }

    internal bool Holds(Request request) => IsTrue(request) != _isNegated;

    private bool IsTrue(Request request)
    {
        ReadOnlySpan<byte> value = _variable is { } variable ? variable(request, out _) : default;
        return _kind switch
        {
            ConditionKind.IsTrue => !value.IsEmpty && !value.SequenceEqual("0"u8),
            ConditionKind.Equal => value.SequenceEqual(_text.Evaluate(request)),
            ConditionKind.Matches => _regex!.TryMatchAnew(request, value),
            _ => _files(_text.Evaluate(request), _kind),
        };
    }
}
