namespace Holdfast.Web.Mail;

/// <summary>What follows from a line of a client.</summary>
internal enum MailAction : byte
{
    /// <summary>The next line is waited for.</summary>
    GoOn,

    /// <summary>The connection is closed when the answer was sent.</summary>
    Quit,

    /// <summary>TLS begins when the answer was sent.</summary>
    StartTls,

    /// <summary>The login is complete: somebody is asked about it.</summary>
    Authenticate,
}

/// <summary>An answer to a line, and what follows.</summary>
/// <param name="Answer">What is sent; empty: nothing.</param>
/// <param name="Action">What follows.</param>
/// <param name="IsUnknown">Whether the line was no command at all, of which there may be a few only.</param>
/// <param name="Note">What the log says of it; null: nothing.</param>
internal readonly record struct MailStep(
    string Answer, MailAction Action = MailAction.GoOn, bool IsUnknown = false, string? Note = null);

/// <summary>What a server of mail is configured to.</summary>
internal sealed record MailRules
{
    /// <summary><c>server_name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Ways to log in.</summary>
    public required string[] Methods { get; init; }

    /// <summary>What is announced.</summary>
    public required string[] Capabilities { get; init; }

    /// <summary><c>starttls</c>: off, on or only.</summary>
    public string StartTls { get; init; } = "off";

    internal bool Has(string method) => Methods.Contains(method);
}

/// <summary>The side of the client of a protocol, before it goes to a server: lines in, answers out. Pure.</summary>
/// <param name="rules">What the server is configured to.</param>
/// <param name="login">What the client says of itself.</param>
internal abstract class MailDialog(MailRules rules, MailLogin login)
{
    private const string ChallengeUser = "VXNlcm5hbWU6";
    private const string ChallengePassword = "UGFzc3dvcmQ6";

    private SaslStep _sasl;

    private enum SaslStep : byte
    {
        None,
        Plain,
        LoginUser,
        LoginPassword,
        Digest,
        External,
    }

    /// <summary>What is said first.</summary>
    internal abstract string Greeting { get; }

    /// <summary>What is said when something of ours went wrong.</summary>
    internal abstract string InternalError { get; }

    /// <summary>Whether the connection is encrypted.</summary>
    internal bool IsTls { get; set; }

    /// <summary>Whether a login must wait for STARTTLS.</summary>
    protected bool MustStartTls => rules.StartTls == "only" && !IsTls;

    /// <summary>Whether STARTTLS is offered.</summary>
    protected bool MayStartTls => rules.StartTls is "on" or "only" && !IsTls;

    protected MailRules Rules => rules;

    protected MailLogin Login => login;

    /// <summary>What stands before a challenge: "+ " or "334 ".</summary>
    protected abstract string Challenge { get; }

    /// <summary>The answer to what is no command, or not here.</summary>
    protected abstract string Invalid { get; }

    /// <summary>What is said when a login was refused.</summary>
    /// <param name="text">Why.</param>
    /// <param name="code">SMTP: its code; null: the usual one.</param>
    internal abstract string Refusal(string text, string? code);

    /// <summary>A line of the client.</summary>
    /// <param name="line">The line without its end.</param>
    internal MailStep OnLine(string line)
    {
        MailStep step = _sasl != SaslStep.None ? OnResponse(line) : OnCommand(line);
        if (step.Answer == Invalid)
        {
            Restart();
        }
        return step;
    }

    /// <summary>The login was refused, or TLS has begun: it begins anew.</summary>
    internal virtual void Restart() => _sasl = SaslStep.None;

    /// <summary>A command.</summary>
    protected abstract MailStep OnCommand(string line);

    /// <summary>A way to log in.</summary>
    /// <param name="method">Which one.</param>
    /// <param name="initial">The first response, which may come with the command; null: it did not.</param>
    protected MailStep BeginSasl(string method, string? initial)
    {
        switch (method.ToUpperInvariant())
        {
            case "PLAIN" when rules.Has("plain"):
                _sasl = SaslStep.Plain;
                return initial is null ? new($"{Challenge}\r\n") : OnResponse(initial);
            case "LOGIN" when rules.Has("login") || (rules.Has("plain") && IsLoginPlain):
                _sasl = SaslStep.LoginUser;
                return initial is null ? new($"{Challenge}{ChallengeUser}\r\n") : OnResponse(initial);
            case "CRAM-MD5" when rules.Has("cram-md5") && initial is null:
                _sasl = SaslStep.Digest;
                return new($"{Challenge}{Base64.Encode(login.Salt)}\r\n");
            case "EXTERNAL" when rules.Has("external"):
                _sasl = SaslStep.External;
                return initial is null ? new($"{Challenge}{ChallengeUser}\r\n")
                    : OnResponse(initial == "=" ? "" : initial);
            default:
                return new(Invalid);
        }
    }

    /// <summary>Whether who offers PLAIN offers LOGIN, too.</summary>
    protected virtual bool IsLoginPlain => false;

    private MailStep OnResponse(string line)
    {
        SaslStep step = _sasl;
        _sasl = SaslStep.None;
        if (Base64.TryDecode(line) is not { } text)
        {
            string name = step switch
            {
                SaslStep.LoginUser or SaslStep.LoginPassword => "LOGIN",
                SaslStep.Digest => "CRAM-MD5",
                SaslStep.External => "EXTERNAL",
                _ => "PLAIN",
            };
            return new(Invalid, Note: $"client sent invalid base64 encoding in AUTH {name} command");
        }
        switch (step)
        {
            case SaslStep.Plain:
                string[] parts = text.Split('\0', 3);
                if (parts.Length < 3)
                {
                    return new(Invalid, Note: "client sent invalid login in AUTH PLAIN command");
                }
                return Authenticate("plain", parts[1], parts[2]);
            case SaslStep.LoginUser:
                login.User = text;
                _sasl = SaslStep.LoginPassword;
                return new($"{Challenge}{ChallengePassword}\r\n");
            case SaslStep.LoginPassword:
                return Authenticate("plain", login.User, text);
            case SaslStep.Digest:
                int space = text.LastIndexOf(' ');
                login.User = space < 0 ? login.User : text[..space];
                return space < 0 || text.Length - space - 1 != 32
                    ? new(Invalid, Note: "client sent invalid CRAM-MD5 hash in AUTH CRAM-MD5 command")
                    : Authenticate("cram-md5", text[..space], text[(space + 1)..]);
            default:
                return Authenticate("external", text, "");
        }
    }

    protected MailStep Authenticate(string method, string user, string password)
    {
        (login.Method, login.User, login.Password) = (method, user, password);
        return new("", MailAction.Authenticate);
    }
}
