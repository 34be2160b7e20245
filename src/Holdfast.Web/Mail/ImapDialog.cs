using System.Globalization;
using System.Text;

namespace Holdfast.Web.Mail;

/// <summary>IMAP (RFC 3501) with a client, as nginx speaks it.</summary>
internal sealed class ImapDialog(MailRules rules, MailLogin login) : MailDialog(rules, login)
{
    private static readonly string[] s_names = ["plain", "login", "cram-md5", "external"];

    private readonly List<string> _words = [];
    private int _literal = -1;

    internal override string Greeting => "* OK IMAP4 ready\r\n";

    internal override string InternalError => "* BAD internal server error\r\n";

    protected override string Challenge => "+ ";

    protected override string Invalid => $"{Login.Tag} BAD invalid command\r\n";

    internal override string Refusal(string text, string? code) => $"{Login.Tag} NO {text}\r\n";

    internal override void Restart()
    {
        base.Restart();
        _words.Clear();
        _literal = -1;
    }

    protected override MailStep OnCommand(string line)
    {
        if (_literal < 0)
        {
            _words.Clear();
        }
        if (!TryRead(line, out bool wantsMore, out bool isAsked))
        {
            _words.Clear();
            Login.Tag = "*";
            return new(Invalid, IsUnknown: true);
        }
        if (wantsMore)
        {
            return new(isAsked ? "+ OK\r\n" : "");
        }
        Login.Tag = _words.Count > 1 ? _words[0] : "*";
        string name = _words.Count > 1 ? _words[1].ToUpperInvariant() : "";
        string done = $"{Login.Tag} OK completed\r\n";
        switch (name)
        {
            case "NOOP" when _words.Count == 2:
                return new(done);
            case "CAPABILITY" when _words.Count == 2:
                return new(Capabilities() + done);
            case "LOGOUT" when _words.Count == 2:
                return new("* BYE\r\n" + done, MailAction.Quit);
            case "STARTTLS" when MayStartTls:
                return new(done, MailAction.StartTls);
            case "LOGIN" when _words.Count == 4 && !MustStartTls:
                return Authenticate("plain", _words[2], _words[3]);
            case "AUTHENTICATE" when _words.Count is 3 or 4 && !MustStartTls:
                return BeginSasl(_words[2], _words.Count > 3 ? _words[3] : null);
            default:
                return new(Invalid,
                    IsUnknown: name is not ("NOOP" or "STARTTLS" or "LOGIN" or "LOGOUT" or "AUTHENTICATE"));
        }
    }

    /// <summary>Reads the words of a line: plain ones, quoted ones, and literals, which the next line begins with.
    /// </summary>
    private bool TryRead(string line, out bool wantsMore, out bool isAsked)
    {
        wantsMore = isAsked = false;
        int at = 0;
        if (_literal >= 0)
        {
            if (line.Length < _literal)
            {
                return false;
            }
            _words.Add(line[.._literal]);
            at = _literal;
            _literal = -1;
        }
        while (at < line.Length)
        {
            switch (line[at])
            {
                case ' ':
                    at++;
                    break;
                case '"':
                    if (!TryReadQuoted(line, ref at))
                    {
                        return false;
                    }
                    break;
                case '{':
                    string size = line[(at + 1)..];
                    isAsked = !size.EndsWith("+}", StringComparison.Ordinal);
                    wantsMore = true;
                    return size.EndsWith('}') && int.TryParse(size.AsSpan(0, size.Length - (isAsked ? 1 : 2)),
                        NumberStyles.None, CultureInfo.InvariantCulture, out _literal) && _literal <= 4096;
                default:
                    int end = line.IndexOf(' ', at);
                    end = end < 0 ? line.Length : end;
                    _words.Add(line[at..end]);
                    at = end;
                    break;
            }
        }
        return true;
    }

    private bool TryReadQuoted(string line, ref int at)
    {
        StringBuilder word = new();
        for (at++; at < line.Length && line[at] != '"'; at++)
        {
            if (line[at] == '\\' && at + 1 < line.Length)
            {
                at++;
            }
            word.Append(line[at]);
        }
        _words.Add(word.ToString());
        return at++ < line.Length;
    }

    private string Capabilities()
    {
        string text = $"* CAPABILITY {string.Join(' ', Rules.Capabilities)}";
        if (MustStartTls)
        {
            return text + " STARTTLS LOGINDISABLED\r\n";
        }
        text += string.Concat(s_names.Where(Rules.Has).Select(static one => $" AUTH={one.ToUpperInvariant()}"));
        return text + (MayStartTls ? " STARTTLS\r\n" : "\r\n");
    }
}
