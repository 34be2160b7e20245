namespace Holdfast.Terminal;

/// <summary>What a text means; the colour follows from it.</summary>
internal enum Tone : byte
{
    /// <summary>Ordinary.</summary>
    Plain,

    /// <summary>A heading.</summary>
    Strong,

    /// <summary>Less important.</summary>
    Faint,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Waiting, standing by.</summary>
    Calm,

    /// <summary>Needs a look.</summary>
    Warning,

    /// <summary>Wrong.</summary>
    Bad,
}
