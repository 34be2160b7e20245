using Holdfast.Config.HAProxy.Model;

namespace Holdfast.Management.Commands;

/// <summary>What the runtime API calls matching methods.</summary>
internal static class PatternNames
{
    internal static string Of(MatchMethod method) => method switch
    {
        MatchMethod.Found => "found",
        MatchMethod.Boolean => "bool",
        MatchMethod.Integer => "int",
        MatchMethod.Ip => "ip",
        MatchMethod.Binary => "bin",
        MatchMethod.Length => "len",
        MatchMethod.Begin => "beg",
        MatchMethod.Substring => "sub",
        MatchMethod.Directory => "dir",
        MatchMethod.Domain => "dom",
        MatchMethod.End => "end",
        MatchMethod.Regex => "reg",
        _ => "str",
    };

    /// <summary>How the original finds such a pattern.</summary>
    internal static string IndexOf(MatchMethod method, bool ignoresCase)
        => !ignoresCase && method is MatchMethod.Exact or MatchMethod.Begin or MatchMethod.Ip ? "tree" : "list";
}
