namespace Holdfast.Runtime.Notifications.Mail;

/// <summary>How the sending of a mail ended; the exit code of the process that sends it.</summary>
public enum MailOutcome
{
    /// <summary>The server took it.</summary>
    Sent,

    /// <summary>The sender did not understand what it was given.</summary>
    BadRequest = 64,

    /// <summary>The name of the server has no address.</summary>
    UnknownServer,

    /// <summary>The server cannot be reached.</summary>
    CannotConnect,

    /// <summary>A step of the conversation took longer than <c>smtp_connect_timeout</c>, or it broke off.</summary>
    BrokenOff,

    /// <summary>The server refused the sender or the text.</summary>
    Refused,

    /// <summary>The server refused every receiver.</summary>
    NoReceiver,
}
