using Holdfast.Config.Keepalived.Model;

namespace Holdfast.Runtime.Checks.Notifications;

/// <summary>Where a <see cref="ServiceNote"/> goes.</summary>
internal enum ServiceNoteKind : byte
{
    /// <summary>A line of the log.</summary>
    Log,

    /// <summary>A line of the FIFOs.</summary>
    Fifo,

    /// <summary>A script.</summary>
    Script,

    /// <summary>A mail.</summary>
    Mail,
}

/// <summary>One thing that is told of a virtual server.</summary>
/// <param name="Kind">Where it goes.</param>
/// <param name="Text">The line, or the subject of the mail after the name of the router; empty for a script.</param>
internal sealed record ServiceNote(ServiceNoteKind Kind, string Text)
{
    /// <summary>Text of the mail.</summary>
    public string Body { get; init; } = "";

    /// <summary>The script.</summary>
    public ScriptCommand? Command { get; init; }
}
