namespace Holdfast.Config.HAProxy.Schema;

/// <summary>Kinds of proxy sections in which a word may stand.</summary>
[Flags]
internal enum Places : byte
{
    /// <summary>The group has no places.</summary>
    None = 0,

    /// <summary>global.</summary>
    Global = 1,

    /// <summary>defaults.</summary>
    Defaults = 2,

    /// <summary>frontend.</summary>
    Frontend = 4,

    /// <summary>listen.</summary>
    Listen = 8,

    /// <summary>backend.</summary>
    Backend = 16,
}

/// <summary>One word of one group.</summary>
/// <param name="Group">Its group.</param>
/// <param name="Name">The word, without the star of a prefix.</param>
/// <param name="Places">Where it may stand.</param>
/// <param name="Support">What Holdfast does with it.</param>
/// <param name="IsNewer">Whether haproxy 2.6 does not know it.</param>
/// <param name="IsPrefix">Whether more follows in the same word, such as <c>set-var(txn.a)</c>.</param>
internal sealed record KeywordSpec(
    KeywordGroup Group, string Name, Places Places, SupportClass Support, bool IsNewer, bool IsPrefix);
