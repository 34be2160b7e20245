using System.Text;

namespace Holdfast.Runtime.Notifications.Mail;

/// <summary>
/// The client's side of one mail (RFC 5321) as a function of the server's replies: no socket, no clock.
/// </summary>
/// <remarks>
/// HELO without extensions, as the original. A receiver that is refused does not keep the others from getting it.
/// </remarks>
public sealed class SmtpDialogue(MailMessage message)
{
    private enum Step : byte
    {
        Greeting,
        Hello,
        Sender,
        Receiver,
        Data,
        Content,
        Quit,
    }

    private Step _step = Step.Greeting;
    private int _receiver;
    private int _accepted;

    /// <summary>How it ended; null while it goes on.</summary>
    public MailOutcome? Outcome { get; private set; }

    /// <summary>Takes the last line of a reply.</summary>
    /// <param name="line">"250 text"; lines with a hyphen after the code are not given here.</param>
    /// <returns>What is to be sent; empty when the dialogue is over.</returns>
    public byte[] OnReply(string line)
    {
        bool isGood = line.StartsWith('2') || (_step == Step.Data && line.StartsWith('3'));
        switch (_step)
        {
            case Step.Greeting when isGood:
                return Send(Step.Hello, $"HELO {message.Helo}");
            case Step.Hello when isGood:
                return Send(Step.Sender, $"MAIL FROM:<{message.From}>");
            case Step.Sender when isGood:
                return NextReceiver();
            case Step.Receiver:
                _accepted += isGood ? 1 : 0;
                return NextReceiver();
            case Step.Data when isGood:
                _step = Step.Content;
                return message.Content();
            case Step.Content when isGood:
                return Quit(MailOutcome.Sent);
            case Step.Quit:
                return [];
            default:
                return Quit(MailOutcome.Refused);
        }
    }

    private byte[] NextReceiver()
    {
        if (_receiver < message.To.Length)
        {
            return Send(Step.Receiver, $"RCPT TO:<{message.To[_receiver++]}>");
        }
        return _accepted > 0 ? Send(Step.Data, "DATA") : Quit(MailOutcome.NoReceiver);
    }

    private byte[] Quit(MailOutcome outcome)
    {
        Outcome = outcome;
        return Send(Step.Quit, "QUIT");
    }

    private byte[] Send(Step next, string command)
    {
        _step = next;
        return Encoding.UTF8.GetBytes(command + "\r\n");
    }
}
