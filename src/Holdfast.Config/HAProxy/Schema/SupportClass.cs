namespace Holdfast.Config.HAProxy.Schema;

/// <summary>What Holdfast does with a word of haproxy.cfg.</summary>
public enum SupportClass : byte
{
    /// <summary>The proxy, or the parser where that is enough, carries it out.</summary>
    Done,

    /// <summary>Read into the model; the proxy does not carry it out yet. Checks with a note, does not run.</summary>
    Planned,

    /// <summary>Not supported; only names, reports or looks are lost. Loads with a warning.</summary>
    Cosmetic,

    /// <summary>Not supported or not needed; only speed or memory could differ. Loads with a warning.</summary>
    Performance,

    /// <summary>Not supported, and leaving it out would change behaviour. Refused.</summary>
    Behaviour,

    /// <summary>Not supported, and leaving it out would open something. Refused.</summary>
    Security,

    /// <summary>Old; accepted with a warning that shows the modern form.</summary>
    Replaced,

    /// <summary>Removed from the original, and what it did cannot be had: refused with advice.</summary>
    Refused,
}
