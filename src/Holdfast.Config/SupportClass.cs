namespace Holdfast.Config;

/// <summary>What Holdfast does with a word of a configuration file, in any of the languages.</summary>
public enum SupportClass : byte
{
    /// <summary>It has its effect.</summary>
    Done,

    /// <summary>Read and checked; not carried out yet. Checks with a note, does not run.</summary>
    Planned,

    /// <summary>Not supported; only names, reports or looks are lost. Loads with a warning.</summary>
    Cosmetic,

    /// <summary>Not supported or not needed; only speed or memory could differ. Loads with a warning.</summary>
    Performance,

    /// <summary>Not supported, and leaving it out would change behaviour. Refused.</summary>
    Behaviour,

    /// <summary>Not supported, and leaving it out would open something. Refused.</summary>
    Security,

    /// <summary>Old; there is a modern form, which a warning shows.</summary>
    Replaced,

    /// <summary>Not part of the original any more, or of its free form: refused with advice.</summary>
    Refused,
}
