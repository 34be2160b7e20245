namespace Holdfast.Web.Mail;

/// <summary>SMTP (RFC 5321, 4954) with a client, as nginx speaks it.</summary>
internal sealed class SmtpDialog(MailRules rules, MailLogin login) : MailDialog(rules, login)
{
    private const string BadSequence = "503 5.5.1 Bad sequence of commands\r\n";
    private const string BadArgument = "501 5.5.4 Invalid argument\r\n";
    private const string Done = "250 2.0.0 OK\r\n";

    private static readonly string[] s_names = ["plain", "login", "cram-md5", "external"];

    internal override string Greeting => $"220 {Rules.Name} ESMTP ready\r\n";

    internal override string InternalError => "451 4.3.2 Internal server error\r\n";

    /// <summary>Said to who speaks before the greeting.</summary>
    internal static string TooEarly => "503 5.5.0 Improper use of SMTP command pipelining\r\n";

    protected override string Challenge => "334 ";

    protected override string Invalid => "500 5.5.1 Invalid command\r\n";

    internal override string Refusal(string text, string? code) => $"{code ?? "535 5.7.0"} {text}\r\n";

    protected override MailStep OnCommand(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words.Length == 0 ? "" : words[0].ToUpperInvariant())
        {
            case "HELO" or "EHLO" when words.Length != 2:
                return new(BadArgument);
            case "HELO":
                (Login.Helo, Login.IsExtended, Login.From, Login.To) = (words[1], false, "", "");
                return new($"250 {Rules.Name}\r\n");
            case "EHLO":
                (Login.Helo, Login.IsExtended, Login.From, Login.To) = (words[1], true, "", "");
                return new(Extensions());
            case "NOOP":
                return new(Done);
            case "RSET":
                Login.From = Login.To = "";
                return new(Done);
            case "QUIT":
                return new("221 2.0.0 Bye\r\n", MailAction.Quit);
            case "STARTTLS" when MayStartTls:
                return new("220 2.0.0 Start TLS\r\n", MailAction.StartTls);
            case "AUTH" when MustStartTls:
                return new(Invalid);
            case "AUTH" when words.Length == 1:
                return new(BadArgument);
            case "AUTH":
                return BeginSasl(words[1], words.Length > 2 ? words[2] : null);
            case "MAIL":
                return From(line, words.Length);
            case "RCPT":
                return To(line, words.Length);
            default:
                return new(Invalid, IsUnknown: words is [] or not ["STARTTLS", ..]);
        }
    }

    private MailStep From(string line, int words)
    {
        if (!Rules.Has("none") || MustStartTls)
        {
            return new("530 5.7.1 Authentication required\r\n", Note: $"client was rejected: \"{line}__\"");
        }
        if (Login.From.Length > 0)
        {
            return new(BadSequence);
        }
        if (words == 1)
        {
            return new(BadArgument);
        }
        Login.From = line;
        return new(Done);
    }

    private MailStep To(string line, int words)
    {
        if (Login.From.Length == 0)
        {
            return new(BadSequence);
        }
        if (words == 1)
        {
            return new(BadArgument);
        }
        Login.To = line;
        return Authenticate("none", "", "");
    }

    private string Extensions()
    {
        List<string> lines = [Rules.Name, .. Rules.Capabilities];
        string[] methods = [.. s_names.Where(Rules.Has).Select(static one => one.ToUpperInvariant())];
        if (methods.Length > 0 && !MustStartTls)
        {
            lines.Add($"AUTH {string.Join(' ', methods)}");
        }
        if (MayStartTls)
        {
            lines.Add("STARTTLS");
        }
        return string.Concat(lines.Select(
            (one, index) => $"250{(index == lines.Count - 1 ? ' ' : '-')}{one}\r\n"));
    }
}
