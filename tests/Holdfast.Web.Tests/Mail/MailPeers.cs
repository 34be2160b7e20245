using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.Web.Tests.Mail;

/// <summary>Who is asked about logins, and servers of all three protocols; notes what each was told.</summary>
internal sealed class MailPeers : IDisposable
{
    private readonly List<Socket> _listeners = [];
    private readonly List<string> _told = [];
    private readonly int _pop;
    private readonly int _imap;
    private readonly int _smtp;

    internal MailPeers()
    {
        Authority = Listen(null, Answer);
        _pop = Listen("+OK back", static line
            => line.StartsWith("PASS wrong", StringComparison.Ordinal) ? "-ERR bad" : "+OK fine");
        _imap = Listen("* OK back", static line => line.EndsWith('}') ? "+ go"
            : line.Contains(' ', StringComparison.Ordinal) ? $"{line.Split(' ')[0]} OK fine" : "a OK in");
        _smtp = Listen("220 back", static line => line.Split(' ')[0] switch
        {
            "EHLO" => "250-back\r\n250 XCLIENT",
            "AUTH" => "235 ok",
            "RCPT" when line.Contains("no@", StringComparison.Ordinal) => "550 no such",
            _ => "250 fine",
        });
    }

    /// <summary>Port of who is asked about logins.</summary>
    internal int Authority { get; }

    /// <summary>What was told since the last call.</summary>
    internal string Take()
    {
        lock (_told)
        {
            string all = string.Join('\n', _told);
            _told.Clear();
            return all;
        }
    }

    public void Dispose() => _listeners.ForEach(static one => one.Dispose());

    private int Listen(string? greeting, Func<string, string> answer)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(16);
        _listeners.Add(listener);
        _ = Accept(listener, greeting, answer);
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    private async Task Accept(Socket listener, string? greeting, Func<string, string> answer)
    {
        try
        {
            while (true)
            {
                _ = Serve(await listener.AcceptAsync(), greeting, answer);
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Serve(Socket client, string? greeting, Func<string, string> answer)
    {
        using NetworkStream stream = new(client, ownsSocket: true);
        using StreamReader reader = new(stream, Encoding.Latin1);
        StringBuilder head = new();
        try
        {
            if (greeting is not null)
            {
                await stream.WriteAsync(Encoding.Latin1.GetBytes(greeting + "\r\n"));
            }
            while (await reader.ReadLineAsync() is { } line)
            {
                if (greeting is null && line.Length > 0)
                {
                    head.Append(line).Append('|');
                    continue;
                }
                Note(greeting is null ? head.ToString() : line);
                await stream.WriteAsync(Encoding.Latin1.GetBytes(
                    answer(greeting is null ? head.ToString() : line) + "\r\n"));
                if (greeting is null)
                {
                    return;
                }
            }
        }
        catch (IOException)
        {
            // The other side has gone.
        }
    }

    private void Note(string line)
    {
        lock (_told)
        {
            _told.Add(line);
        }
    }

    private string Answer(string question)
    {
        int port = question.Contains("Protocol: pop3", StringComparison.Ordinal) ? _pop
            : question.Contains("Protocol: imap", StringComparison.Ordinal) ? _imap : _smtp;
        string user = question.Split("Auth-User: ")[1].Split('|')[0];
        string place = $"Auth-Status: OK\r\nAuth-Server: 127.0.0.1\r\nAuth-Port: {port}\r\n";
        bool hasDigest = !question.Contains("Method: plain", StringComparison.Ordinal);
        return "HTTP/1.0 200 OK\r\n" + user switch
        {
            "bad" => "Auth-Status: Invalid login\r\nAuth-Wait: 1\r\n",
            "fatal" => "Auth-Status: Go away\r\n",
            "code" => "Auth-Status: Later\r\nAuth-Error-Code: 451 4.3.0\r\n",
            "noport" => "Auth-Status: OK\r\nAuth-Server: 127.0.0.1\r\n",
            "dead" => "Auth-Status: OK\r\nAuth-Server: 127.0.0.1\r\nAuth-Port: 1\r\n",
            "other" => place + "Auth-User: mapped\r\nAuth-Pass: secret\r\n",
            _ => place + (hasDigest ? "Auth-Pass: secret\r\n" : ""),
        };
    }
}
