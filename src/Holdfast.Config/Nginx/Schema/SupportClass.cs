namespace Holdfast.Config.Nginx.Schema;

/// <summary>What Holdfast does with a directive of nginx.conf.</summary>
public enum SupportClass : byte
{
    /// <summary>Has its effect.</summary>
    Done,

    /// <summary>Read and checked; not carried out yet. Checks with a note, does not run.</summary>
    Planned,

    /// <summary>Not supported; only names, reports or looks are lost. Loads with a warning.</summary>
    Cosmetic,

    /// <summary>Not needed by how Holdfast works; only speed or memory could differ. Loads.</summary>
    Performance,

    /// <summary>Not supported, and leaving it out would change behaviour. Refused.</summary>
    Behaviour,

    /// <summary>Not supported, and leaving it out would open something. Refused.</summary>
    Security,

    /// <summary>Old; there is a modern form.</summary>
    Replaced,

    /// <summary>Not part of the free program, and not given away: refused with advice.</summary>
    Refused,
}
