using Holdfast.Web.Mail;

namespace Holdfast.Web.Tests.Mail;

/// <summary>Lines that no client should send: every one has its answer, and none breaks a dialog.</summary>
public sealed class DialogTests
{
    private static readonly string[] s_pieces =
    [
        "USER", "PASS", "AUTH", "AUTHENTICATE", "LOGIN", "PLAIN", "CRAM-MD5", "EXTERNAL", "HELO", "EHLO", "MAIL",
        "RCPT", "a", "{3}", "{3+}", "{", "{99999999999}", "{+}", "}", "\"", "\\",
        "=", "AAA=", "AAAA", "AGEAYg==", "*", " ",
        "  ", "", "\0", "\u00ff", "QUIT", "APOP", "CAPA", "NOOP", "STARTTLS", "STLS", "RSET", "joe",
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Lines_OfAnyKind_HaveAnswers(int protocol)
    {
        Random random = new(7);
        MailRules rules = new()
        {
            Name = "x", Methods = ["plain", "login", "apop", "cram-md5", "external", "none"], Capabilities = ["A"],
            StartTls = "on",
        };
        int authenticated = 0;
        for (int session = 0; session < 500; session++)
        {
            MailLogin login = new() { Salt = "<1.2@x>" };
            MailDialog dialog = protocol switch
            {
                0 => new PopDialog(rules, login),
                1 => new ImapDialog(rules, login),
                _ => new SmtpDialog(rules, login),
            };
            for (int line = 0; line < 40; line++)
            {
                string text = string.Join(random.Next(3) == 0 ? "" : " ",
                    Enumerable.Range(0, random.Next(1, 5)).Select(_ => s_pieces[random.Next(s_pieces.Length)]));
                MailStep step = dialog.OnLine(text);
                authenticated += step.Action == MailAction.Authenticate ? 1 : 0;
                Assert.True(step.Answer.Length == 0 || step.Answer.EndsWith("\r\n", StringComparison.Ordinal), text);
            }
        }
        Assert.NotEqual(0, authenticated);
    }
}
