namespace Holdfast.Web.Mail;

/// <summary>What a client has said of itself. Texts are Latin-1: bytes as they came.</summary>
internal sealed class MailLogin
{
    /// <summary>plain, apop, cram-md5, external or none.</summary>
    internal string Method { get; set; } = "plain";

    /// <summary>The user.</summary>
    internal string User { get; set; } = "";

    /// <summary>The password, or the digest of one.</summary>
    internal string Password { get; set; } = "";

    /// <summary>What digests were made with; empty: no digest may be.</summary>
    internal string Salt { get; set; } = "";

    /// <summary>IMAP: the tag of the command.</summary>
    internal string Tag { get; set; } = "*";

    /// <summary>SMTP: what it calls itself; empty: it has not said.</summary>
    internal string Helo { get; set; } = "";

    /// <summary>SMTP: whether it has said EHLO.</summary>
    internal bool IsExtended { get; set; }

    /// <summary>SMTP without a login: its line MAIL.</summary>
    internal string From { get; set; } = "";

    /// <summary>SMTP without a login: its line RCPT.</summary>
    internal string To { get; set; } = "";

    /// <summary>Forgets all but the salt, as after STARTTLS.</summary>
    internal void Clear()
    {
        Method = "plain";
        Tag = "*";
        User = Password = Helo = From = To = "";
        IsExtended = false;
    }
}
