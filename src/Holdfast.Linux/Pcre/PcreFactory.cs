using Holdfast.Primitives;

namespace Holdfast.Linux.Pcre;

/// <summary>Regular expressions by PCRE2, as HAProxy's and nginx's.</summary>
public sealed class PcreFactory : IRegexFactory
{
    /// <inheritdoc/>
    public IRegex Compile(string pattern, bool ignoreCase)
        => PcreRegex.TryCompile(pattern, ignoreCase ? ["caseless"] : [], offsetMax: 0, stackStart: 0, stackMax: 0,
            out string? problem) ?? throw new FormatException(problem);
}
