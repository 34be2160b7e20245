using System.Text;
using Holdfast.Runtime.Notifications.Mail;

namespace Holdfast.Runtime.Tests.Notifications;

/// <summary>The client's side of SMTP, reply by reply.</summary>
public sealed class SmtpDialogueTests
{
    private static readonly MailMessage Message = new(
        "mail", 25, "host", TimeSpan.FromSeconds(1), "k@x", ["a@x", "b@x"], "subject", ".text",
        new DateTimeOffset(2026, 11, 3, 4, 5, 6, TimeSpan.FromMinutes(-90)));

    [Fact]
    public void Dialogue_AllAccepted_SendsOnce()
    {
        var dialogue = new SmtpDialogue(Message);
        string[] sent = [.. Replies("220 a", "250 b", "250 c", "250 d", "251 e", "354 f").Select(Say(dialogue))];
        Assert.Equal(["HELO host", "MAIL FROM:<k@x>", "RCPT TO:<a@x>", "RCPT TO:<b@x>", "DATA"], sent[..5]);
        Assert.Equal(
            "Date: Tue, 03 Nov 2026 04:05:06 -0130\r\nFrom: k@x\r\nSubject: subject\r\nX-Mailer: Keepalived\r\n"
            + "To: a@x, b@x\r\n\r\n..text\r\n\r\n.", sent[5]);
        Assert.Null(dialogue.Outcome);
        Assert.Equal("QUIT", Say(dialogue)("250 g"));
        Assert.Equal(MailOutcome.Sent, dialogue.Outcome);
        Assert.Equal("", Say(dialogue)("221 h"));
    }

    [Fact]
    public void Dialogue_OneReceiverRefused_OthersGetIt()
    {
        var dialogue = new SmtpDialogue(Message);
        string[] sent = [.. Replies("220", "250", "250", "550 no", "250").Select(Say(dialogue))];
        Assert.Equal("DATA", sent[4]);
    }

    [Theory]
    [InlineData(MailOutcome.NoReceiver, "220", "250", "250", "550", "550")]
    [InlineData(MailOutcome.Refused, "554")]
    [InlineData(MailOutcome.Refused, "220", "500")]
    [InlineData(MailOutcome.Refused, "220", "250", "530")]
    [InlineData(MailOutcome.Refused, "220", "250", "250", "250", "250", "450")]
    [InlineData(MailOutcome.Refused, "220", "250", "250", "250", "250", "354", "552")]
    public void Dialogue_Refused_SaysSoAndQuits(MailOutcome outcome, params string[] replies)
    {
        var dialogue = new SmtpDialogue(Message);
        string[] sent = [.. replies.Select(Say(dialogue))];
        Assert.Equal("QUIT", sent[^1]);
        Assert.Equal(outcome, dialogue.Outcome);
    }

    [Fact]
    public void Message_ThroughJson_IsTheSame()
    {
        var copy = MailMessage.FromJson(Message.ToJson());
        Assert.Equal(Message with { To = copy.To }, copy);
        Assert.Equal(Message.To, copy.To);
    }

    private static string[] Replies(params string[] lines) => lines;

    private static Func<string, string> Say(SmtpDialogue dialogue)
        => line => Encoding.UTF8.GetString(dialogue.OnReply(line)) is { Length: > 1 } text ? text[..^2] : "";
}
