using System.Globalization;

namespace Holdfast.Primitives;

/// <summary>A place in a configuration file, with the chain of includes that led there.</summary>
/// <param name="File">Path as it was opened.</param>
/// <param name="Line">1-based line.</param>
/// <param name="Column">1-based column, in characters.</param>
/// <param name="Length">Length in characters on that line; 0 when only a point is meant.</param>
/// <param name="IncludedFrom">The include line that opened <paramref name="File"/>; null in the first file.</param>
public sealed record SourceSpan(string File, int Line, int Column, int Length, SourceSpan? IncludedFrom = null)
{
    /// <summary>"file:line:column", the form that editors jump to.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}");
}
