namespace Holdfast.Http.H1;

/// <summary>What became of an edit. Only <see cref="Done"/> changed anything.</summary>
public enum EditResult : byte
{
    /// <summary>The message is changed.</summary>
    Done,

    /// <summary>The name is no token.</summary>
    BadName,

    /// <summary>The text has a control byte, or what else may not stand there.</summary>
    BadValue,

    /// <summary>
    /// No room for another field or for the text. HAProxy answers 500 to a request, 502 for a response.
    /// </summary>
    NoRoom,
}
