using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Holdfast.Proxy.Options;
using Holdfast.Web.Tests.Streams;

namespace Holdfast.Web.Tests.Mail;

/// <summary>
/// Conversations with clients of mail beside the real nginx: each step is a line and what its answer ends with, "$" for
/// the end of the connection.
/// </summary>
public sealed partial class MailTests
{
    private const int ErrorLines = 112;

    private const string Servers = """
        server { listen unix:@S@/pop3; protocol pop3; }
        server { listen unix:@S@/pop3all; protocol pop3; pop3_auth plain apop cram-md5 external; }
        server { listen unix:@S@/pop3quiet; protocol pop3; proxy_pass_error_message off; }
        server { listen unix:@S@/imap; protocol imap; }
        server { listen unix:@S@/imapall; protocol imap; imap_auth plain login cram-md5 external; }
        server { listen unix:@S@/smtp; protocol smtp; smtp_capabilities "SIZE 100" 8BITMIME; }
        server { listen unix:@S@/smtpall; protocol smtp; smtp_auth plain login cram-md5 external; }
        server { listen unix:@S@/smtpnone; protocol smtp; smtp_auth none; }
        server { listen unix:@S@/smtpauth; protocol smtp; xclient off; proxy_smtp_auth on; }
        server { listen unix:@S@/errors; protocol smtp; max_errors 2; }
        server { listen unix:@S@/slow; protocol smtp; timeout 300ms; }
        server { listen unix:@S@/header; protocol pop3; proxy_protocol on; }
        """;

    /// <summary>Socket, then line and end of its answer in turn; ⏎ stands for a line's end.</summary>
    public static TheoryData<string> Conversations => new(
    [
        "pop3|CAPA|⏎.⏎|AUTH|⏎.⏎|NOOP|⏎|FOO|⏎|STLS|⏎|PASS x|⏎|USER|⏎|USER joe|⏎|USER x|⏎|CAPA|⏎.⏎|PASS p|⏎|QUIT|$",
        "pop3|USER joe|⏎|PASS pa ss|⏎|STAT|⏎",
        "pop3|USER joe|⏎|PASS wrong|$",
        "pop3quiet|USER joe|⏎|PASS wrong|$",
        "pop3|quit|$",
        "pop3|USER bad|⏎|PASS x|⏎|USER joe|⏎|PASS x|⏎",
        "pop3|USER fatal|⏎|PASS x|$",
        "pop3|USER noport|⏎|PASS x|$",
        "pop3|USER dead|⏎|PASS x|$",
        "pop3|AUTH PLAIN|⏎|AGpvZQBwdw==|⏎",
        "pop3|AUTH PLAIN AGpvZQBwdw==|⏎",
        "pop3|AUTH LOGIN|⏎|am9l|⏎|cHc=|⏎",
        "pop3|AUTH PLAIN|⏎|***|⏎|AUTH PLAIN|⏎|*|⏎|AUTH CRAM-MD5|⏎|APOP joe abc|⏎",
        "pop3all|CAPA|⏎.⏎|AUTH|⏎.⏎|APOP joe 0123456789abcdef0123456789abcdef|⏎",
        "pop3all|AUTH CRAM-MD5|⏎|am9lIDAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm|⏎",
        "pop3all|AUTH EXTERNAL|⏎|am9l|⏎",
        "pop3|USER other|⏎|PASS x|⏎",
        "imap|a CAPABILITY|d⏎|b NOOP|⏎|c FOO|⏎|LOGIN|⏎|d STARTTLS|⏎|a AUTHENTICATE PLAIN|⏎|AGpvZQBwdw==|⏎|f FETCH|⏎",
        "imap|a LOGIN joe pw|⏎|b NOOP|⏎",
        "imap|a LOGIN \"jo e\" \"p\\\"w\"|⏎",
        "imap|a LOGIN {3}|⏎|joe {2}|⏎|pw|⏎",
        "imap|a LOGIN {3+}⏎joe {2+}⏎pw|⏎",
        "imap|a LOGOUT|$",
        "imap|a LOGIN fatal x|$",
        "imap|a LOGIN bad x|⏎|a LOGIN joe|⏎|a LOGIN a b c|⏎",
        "imapall|a CAPABILITY|d⏎|a AUTHENTICATE LOGIN|⏎|am9l|⏎|cHc=|⏎",
        "imapall|a AUTHENTICATE CRAM-MD5|⏎|am9lIDAw|⏎",
        "imapall|a AUTHENTICATE EXTERNAL|⏎|am9l|⏎",
        "smtp|HELO me|⏎|EHLO me|N⏎|NOOP|⏎|RSET|⏎|MAIL FROM:<a@b>|⏎|RCPT TO:<c>|⏎|FOO|⏎|STARTTLS|⏎|AUTH|⏎|AUTH FOO|⏎"
            + "|AUTH PLAIN AGpvZQBwdw==|⏎|MAIL FROM:<a@b>|⏎|QUIT|⏎",
        "smtp|AUTH PLAIN AGpvZQBwdw==|⏎|HELO x|⏎",
        "smtp|EHLO me|N⏎|AUTH LOGIN|⏎|am9l|⏎|cHc=|⏎",
        "smtp|EHLO me|N⏎|AUTH LOGIN am9l|⏎|cHc=|⏎",
        "smtp|EHLO me|N⏎|AUTH PLAIN AGJhZABwdw==|⏎|QUIT|$",
        "smtp|EHLO me|N⏎|AUTH PLAIN AGNvZGUAcHc=|$",
        "smtp|EHLO me|N⏎|AUTH PLAIN AGRlYWQAcHc=|$",
        "smtp|HELO|⏎|QUIT|$",
        "smtpall|EHLO me|L⏎|AUTH CRAM-MD5|⏎|am9lIDAw|⏎",
        "smtpall|EHLO me|L⏎|AUTH EXTERNAL am9l|⏎",
        "smtpnone|EHLO me|⏎|RCPT TO:<c@d>|⏎|MAIL FROM:<a@b> SIZE=3|⏎|RCPT TO:<c@d>|⏎|DATA|⏎",
        "smtpnone|HELO me|⏎|MAIL FROM:<a@b>|⏎|MAIL FROM:<a@b>|⏎|RSET|⏎|MAIL FROM:<a@b>|⏎|RCPT TO:<no@d>|⏎"
            + "|RCPT TO:<c@d>|⏎",
        "smtpauth|EHLO me|N⏎|AUTH PLAIN AGpvZQBwdw==|⏎",
        "smtpauth|HELO me|⏎|AUTH PLAIN AGpvZQBwdw==|⏎",
        "errors|A|⏎|B|$",
        "slow|EHLO me|N⏎||$",
    ]);

    [Fact]
    public void Conversations_OnEpoll_AreTheOriginals() => Compare(TransportChoice.Epoll);

    [Fact]
    public void Conversations_OnUring_AreTheOriginals()
        => Compare(Proxy.Engine.TransportProbe.TryUring().IsUsable ? TransportChoice.Uring : TransportChoice.Epoll);

    private static void Compare(TransportChoice transport)
    {
        using MailPeers peers = new();
        string block = $"server_name mx.example; auth_http 127.0.0.1:{peers.Authority}/auth; "
            + $"auth_http_header X-Key secret; proxy_pass_error_message on;\n{Servers}";
        using StreamSide theirs = new(block, "", null, "mail");
        using StreamSide ours = new(block, "", transport, "mail");
        List<string> differ = [];
        foreach (string conversation in Conversations.Select(static row => row.Data))
        {
            string first = Talk(theirs, conversation, peers), second = Talk(ours, conversation, peers);
            if (first != second)
            {
                differ.Add($"{conversation}\n  nginx:    {first}\n  holdfast: {second}");
            }
        }
        Assert.True(differ.Count == 0, string.Join('\n', differ));
        // In any order: the end of a session is seen beside the beginning of the next one.
        Assert.Equal(theirs.Errors(ErrorLines).Order(StringComparer.Ordinal),
            ours.Errors(ErrorLines).Order(StringComparer.Ordinal));
    }

    private static string Talk(StreamSide side, string conversation, MailPeers peers)
    {
        string[] steps = conversation.Replace("⏎", "\r\n", StringComparison.Ordinal).Split('|');
        using Socket client = side.Connect(steps[0]);
        StringBuilder said = new();
        said.Append(Read(client, "\r\n"));
        for (int i = 1; i < steps.Length; i += 2)
        {
            if (steps[i].Length > 0)
            {
                client.Send(Encoding.Latin1.GetBytes(steps[i] + "\r\n"));
            }
            said.Append('>').Append(steps[i]).Append('<').Append(Read(client, steps[i + 1]));
        }
        return Salt().Replace($"{said}\n{peers.Take()}", "SALT");
    }

    /// <summary>Reads until an answer ends so, or the connection does.</summary>
    private static string Read(Socket client, string end)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        while (end == "$" || text.Length < end.Length || text.ToString(text.Length - end.Length, end.Length) != end)
        {
            int count;
            try
            {
                count = client.Receive(buffer);
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionReset)
            {
                count = 0;
            }
            if (count == 0)
            {
                return text.Append("<end>").ToString();
            }
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        return text.ToString();
    }

    [GeneratedRegex(@"<\d+\.\d+@mx\.example>|(?<=(\+|334) )PD[A-Za-z0-9+/=]+")]
    private static partial Regex Salt();
}
