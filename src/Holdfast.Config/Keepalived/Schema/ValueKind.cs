namespace Holdfast.Config.Keepalived.Schema;

/// <summary>How the words after a keyword are read.</summary>
internal enum ValueKind : byte
{
    /// <summary>Nothing may follow.</summary>
    None,

    /// <summary>Nothing, or a switch; nothing means on.</summary>
    Switch,

    /// <summary>A decimal whole number.</summary>
    Integer,

    /// <summary>As <see cref="Integer"/>, or nothing.</summary>
    OptionalInteger,

    /// <summary>Decimal seconds with up to six decimals.</summary>
    Seconds,

    /// <summary>As <see cref="Seconds"/>, or nothing.</summary>
    OptionalSeconds,

    /// <summary>Decimal milliseconds with up to three decimals.</summary>
    Milliseconds,

    /// <summary>One word.</summary>
    Text,

    /// <summary>One word or none.</summary>
    OptionalText,

    /// <summary>At least one word.</summary>
    Texts,

    /// <summary>Any words or none; the block reads them.</summary>
    OptionalTexts,

    /// <summary>One of a list of words.</summary>
    Choice,

    /// <summary>One of a list of words, or nothing.</summary>
    OptionalChoice,

    /// <summary>An IPv4 or IPv6 address.</summary>
    Address,

    /// <summary>An IPv4 or IPv6 address, then perhaps a port.</summary>
    AddressPort,

    /// <summary>A command line, then perhaps user and group.</summary>
    Script,

    /// <summary>As <see cref="Script"/>, or nothing.</summary>
    OptionalScript,

    /// <summary>A whole number, then perhaps <c>reverse</c>.</summary>
    Weight,

    /// <summary>A user, then perhaps a group.</summary>
    User,

    /// <summary>Perhaps <c>all</c>, then decimal seconds.</summary>
    ExtraInterfaces,

    /// <summary>A list of pairs, such as <c>tcp 900 udp 300</c>.</summary>
    Pairs,

    /// <summary>A list in braces; each line is read by the binder.</summary>
    Lines,

    /// <summary>A block with keywords of its own and no name.</summary>
    Block,

    /// <summary>A block with keywords of its own and a name.</summary>
    NamedBlock,

    /// <summary>A block with keywords of its own, after an address and a port, or the like.</summary>
    ServerBlock,

    /// <summary>A list in braces after a name.</summary>
    NamedLines,
}
