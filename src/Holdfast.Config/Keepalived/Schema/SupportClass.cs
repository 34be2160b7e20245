namespace Holdfast.Config.Keepalived.Schema;

/// <summary>What Holdfast does with a keyword.</summary>
public enum SupportClass : byte
{
    /// <summary>It has its effect.</summary>
    Done,

    /// <summary>Not supported yet; only names, reports or looks are lost. Loads with a warning.</summary>
    Cosmetic,

    /// <summary>Not supported, or not needed; only speed or memory could differ. Loads with a warning.</summary>
    Performance,

    /// <summary>Not supported yet, and leaving it out would change behaviour or security. Refused.</summary>
    Behaviour,
}
