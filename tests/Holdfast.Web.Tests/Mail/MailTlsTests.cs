using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Holdfast.Proxy.Options;
using Holdfast.Web.Tests.Streams;

namespace Holdfast.Web.Tests.Mail;

/// <summary>TLS of mail beside the real nginx: at once, and by STARTTLS.</summary>
public sealed class MailTlsTests
{
    private const string Servers = """
        ssl_certificate @O@/c.pem; ssl_certificate_key @O@/k.pem; ssl_protocols TLSv1.2 TLSv1.3;
        server { listen unix:@S@/pops ssl; protocol pop3; }
        server { listen unix:@S@/pop3; protocol pop3; starttls on; }
        server { listen unix:@S@/imap; protocol imap; starttls only; }
        server { listen unix:@S@/smtp; protocol smtp; starttls only; }
        """;

    [Theory]
    [ClassData(typeof(Transports))]
    public void Tls_AtOnceAndLater_IsTheOriginals(TransportChoice transport)
    {
        DirectoryInfo files = Directory.CreateTempSubdirectory("hf-origin");
        TestCertificates.Write(files.FullName);
        using MailPeers peers = new();
        string block = $"server_name mx.example; auth_http 127.0.0.1:{peers.Authority}/auth;\n{Servers}";
        using StreamSide theirs = new(block, files.FullName, null, "mail");
        using StreamSide ours = new(block, files.FullName, transport, "mail");
        string[][] conversations =
        [
            ["pops", "", "", "CAPA|.", "USER joe|+", "PASS pw|+"],
            ["pop3", "CAPA|.", "STLS|+", "CAPA|.", "USER joe|+", "PASS pw|+"],
            ["imap", "a CAPABILITY|a ", "a LOGIN a b|a ", "a STARTTLS|a ", "b CAPABILITY|b ", "a LOGIN joe pw|a "],
            ["smtp", "EHLO me|250 ", "AUTH PLAIN x|5", "MAIL FROM:<a>|5", "STARTTLS|220", "EHLO me|250 ",
                "AUTH PLAIN AGpvZQBwdw==|2"],
        ];
        foreach (string[] conversation in conversations)
        {
            Assert.Equal(Talk(theirs, conversation, peers), Talk(ours, conversation, peers));
        }
        files.Delete(recursive: true);
    }

    private static string Talk(StreamSide side, string[] conversation, MailPeers peers)
    {
        using Socket client = side.Connect(conversation[0]);
        StringBuilder said = new();
        NetworkStream plain = new(client);
        System.IO.Stream stream = conversation[1].Length == 0 ? Encrypt(plain) : plain;
        said.AppendLine(ReadLine(stream));
        foreach (string step in conversation[1..].Where(static one => one.Length > 0))
        {
            string[] parts = step.Split('|');
            stream.Write(Encoding.Latin1.GetBytes(parts[0] + "\r\n"));
            string line;
            do
            {
                line = ReadLine(stream);
                said.AppendLine(line);
            }
            while (!line.StartsWith(parts[1], StringComparison.Ordinal) && line.Length > 0);
            if (parts[0].EndsWith("STLS", StringComparison.Ordinal)
                || parts[0].EndsWith("STARTTLS", StringComparison.Ordinal))
            {
                stream = Encrypt(plain);
            }
        }
        stream.Dispose();
        return $"{said}\n{peers.Take()}";
    }

    private static SslStream Encrypt(NetworkStream plain)
    {
        SslStream tls = new(plain, false, static (_, one, _, _) => one is not null);
        tls.AuthenticateAsClient("a.example");
        return tls;
    }

    private static string ReadLine(System.IO.Stream stream)
    {
        StringBuilder line = new();
        for (int one; (one = stream.ReadByte()) >= 0 && one != '\n';)
        {
            line.Append((char)one);
        }
        return line.ToString();
    }
}
