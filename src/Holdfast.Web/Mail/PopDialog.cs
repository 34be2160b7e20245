namespace Holdfast.Web.Mail;

/// <summary>POP3 (RFC 1939, 2449, 5034) with a client, as nginx speaks it.</summary>
internal sealed class PopDialog(MailRules rules, MailLogin login) : MailDialog(rules, login)
{
    private static readonly string[] s_names = ["plain", "login", "cram-md5", "external"];

    private bool _hasUser;

    internal override string Greeting => Rules.Has("apop") || Rules.Has("cram-md5")
        ? $"+OK POP3 ready {Login.Salt}\r\n" : "+OK POP3 ready\r\n";

    internal override string InternalError => "-ERR internal server error\r\n";

    protected override string Challenge => "+ ";

    protected override string Invalid => "-ERR invalid command\r\n";

    protected override bool IsLoginPlain => true;

    private IEnumerable<string> Offered => s_names.Where(
        one => Rules.Has(one) || (one == "login" && Rules.Has("plain"))).Select(static one => one.ToUpperInvariant());

    internal override string Refusal(string text, string? code) => $"-ERR {text}\r\n";

    internal override void Restart()
    {
        base.Restart();
        _hasUser = false;
    }

    protected override MailStep OnCommand(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        string name = (space < 0 ? line : line[..space]).ToUpperInvariant();
        string rest = space < 0 ? "" : line[(space + 1)..];
        string[] words = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (name)
        {
            case "CAPA":
                return new(Capabilities());
            case "QUIT":
                return new("+OK\r\n", MailAction.Quit);
            case "NOOP":
                return new("+OK\r\n");
            case "STLS" when MayStartTls && !_hasUser:
                return new("+OK\r\n", MailAction.StartTls);
            case "USER" when !_hasUser && words.Length == 1 && !MustStartTls && Rules.Has("plain"):
                Login.User = words[0];
                _hasUser = true;
                return new("+OK\r\n");
            case "PASS" when _hasUser && rest.Length > 0:
                return Authenticate("plain", Login.User, rest);
            case "APOP" when !_hasUser && words.Length == 2 && !MustStartTls && Rules.Has("apop"):
                return Authenticate("apop", words[0], words[1]);
            case "AUTH" when !_hasUser && !MustStartTls && words.Length == 0:
                return new("+OK methods supported:\r\n" + string.Concat(Offered.Select(static one => one + "\r\n"))
                    + ".\r\n");
            case "AUTH" when !_hasUser && !MustStartTls && words.Length <= 2:
                return BeginSasl(words[0], words.Length > 1 ? words[1] : null);
            default:
                bool isKnown = name is "STLS" or "USER" or "PASS" or "APOP" or "AUTH";
                return new(Invalid, IsUnknown: !isKnown);
        }
    }

    private string Capabilities()
    {
        string text = "+OK Capability list follows\r\n"
            + string.Concat(Rules.Capabilities.Select(static one => one + "\r\n"));
        if (!MustStartTls)
        {
            text += $"SASL {string.Join(' ', Offered)}\r\n";
        }
        return text + (MayStartTls ? "STLS\r\n" : "") + ".\r\n";
    }
}
