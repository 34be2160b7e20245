using Holdfast.Nginx.Requests;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Texts;

/// <summary>A regular expression whose named groups are variables of the request.</summary>
/// <param name="regex">The expression.</param>
/// <param name="names">Where the value of a variable is kept, and which group it is.</param>
public sealed class CompiledRegex(IRegex regex, (int Variable, int Group)[] names)
{
    /// <summary>The expression alone.</summary>
    public IRegex Regex { get; } = regex;

    /// <summary>Matches; captures and named variables are the request's when it does.</summary>
    public bool TryMatch(Request request, ReadOnlySpan<byte> subject)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!request.Captures.TryMatch(Regex, subject))
        {
            return false;
        }
        NoteNames(request);
        return true;
    }

    /// <summary>The same in the rewrite module, where what there was is forgotten when it does not match.</summary>
    public bool TryMatchAnew(Request request, ReadOnlySpan<byte> subject)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (TryMatch(request, subject))
        {
            return true;
        }
        request.Captures.Clear();
        return false;
    }

    /// <summary>Makes variables of the named groups of the last match.</summary>
    public void NoteNames(Request request)
    {
        ArgumentNullException.ThrowIfNull(request);
        foreach ((int variable, int group) in names)
        {
            request.SetValue(variable, request.Captures.Group(group, out _));
        }
    }
}
