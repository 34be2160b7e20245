using Holdfast.HAProxy.Samples;
using Holdfast.Linux.Pcre;

namespace Holdfast.Proxy.Programs;

/// <summary>Regular expressions by PCRE2, as HAProxy's.</summary>
public sealed class PcreFactory : IRegexFactory
{
    /// <inheritdoc/>
    public IRegex Compile(string pattern, bool ignoreCase)
        => new Compiled(PcreRegex.TryCompile(pattern, ignoreCase ? ["caseless"] : [], offsetMax: 0, stackStart: 0,
            stackMax: 0, out string? problem) ?? throw new FormatException(problem));

    private sealed class Compiled(PcreRegex regex) : IRegex
    {
        public bool TryMatch(ReadOnlySpan<byte> subject, int start, Span<int> groups)
            => regex.TryMatch(subject, start, groups);
    }
}
