using System.Globalization;
using System.Text;
using Holdfast.Config.Nginx.Model;

namespace Holdfast.Web.Mail;

/// <summary>How far a login at the server of a client has come.</summary>
internal enum ServerProgress : byte
{
    /// <summary>The next line is waited for.</summary>
    GoOn,

    /// <summary>It is logged in; the client hears of it.</summary>
    Done,

    /// <summary>The server has said something else.</summary>
    Failed,
}

/// <summary>Logs in at the server that a client goes to: lines in, commands out. Pure.</summary>
/// <param name="protocol">The protocol.</param>
/// <param name="settings">How it is done.</param>
/// <param name="name">What we call ourselves.</param>
/// <param name="login">The client, with user and password as the server is to get them.</param>
/// <param name="client">The client's address.</param>
internal sealed class ServerDialog(
    MailProtocol protocol, MailSettings settings, string name, MailLogin login, string client)
{
    private readonly Queue<string> _commands = new(Commands(protocol, settings, name, login, client));
    private bool _isGreeted;

    /// <summary>What the client gets when it is done, in place of the server's last line; null: that line.</summary>
    internal string? Answer => protocol == MailProtocol.Smtp && login.Method != "none" ? "235 2.0.0 OK\r\n" : null;

    /// <summary>A line of the server.</summary>
    /// <param name="line">The line without its end.</param>
    /// <param name="command">What is sent; empty: nothing.</param>
    internal ServerProgress OnLine(string line, out string command)
    {
        command = "";
        bool isLast = _isGreeted && _commands.Count == 0;
        if (protocol == MailProtocol.Smtp && line.Length > 3 && line[3] == '-')
        {
            return ServerProgress.GoOn; // of several lines the last one counts
        }
        if (!IsGood(line, isLast))
        {
            return ServerProgress.Failed;
        }
        _isGreeted = true;
        if (isLast)
        {
            return ServerProgress.Done;
        }
        command = _commands.Dequeue();
        return ServerProgress.GoOn;
    }

    private bool IsGood(string line, bool isLast) => protocol switch
    {
        MailProtocol.Pop3 => line.StartsWith("+OK", StringComparison.Ordinal),
        MailProtocol.Imap => line.StartsWith(
            !_isGreeted ? "* OK" : isLast ? $"{login.Tag} OK" : "+", StringComparison.Ordinal),
        // The client hears itself what is said of its recipient.
        _ => (isLast && login.Method == "none") || line.StartsWith('2'),
    };

    private static IEnumerable<string> Commands(
        MailProtocol protocol, MailSettings settings, string name, MailLogin login, string client)
    {
        switch (protocol)
        {
            case MailProtocol.Pop3:
                return [$"USER {login.User}\r\n", $"PASS {login.Password}\r\n"];
            case MailProtocol.Imap:
                return
                [
                    string.Create(CultureInfo.InvariantCulture, $"{login.Tag} LOGIN {{{login.User.Length}}}\r\n"),
                    string.Create(CultureInfo.InvariantCulture, $"{login.User} {{{login.Password.Length}}}\r\n"),
                    $"{login.Password}\r\n",
                ];
            default:
                return Smtp(settings, name, login, client);
        }
    }

    private static IEnumerable<string> Smtp(MailSettings settings, string name, MailLogin login, string client)
    {
        yield return $"{(login.IsExtended || settings.NamesClient ? "EHLO" : "HELO")} {name}\r\n";
        if (settings.NamesClient)
        {
            string address = client.Contains(':', StringComparison.Ordinal)
                && !client.StartsWith("unix", StringComparison.Ordinal) ? $"IPV6:{client}" : client;
            string user = login.User.Length > 0 && login.Method != "none" ? $" LOGIN={XText(login.User)}" : "";
            yield return $"XCLIENT ADDR={address}{user} NAME=[UNAVAILABLE]\r\n";
            if (login.Helo.Length > 0)
            {
                yield return $"{(login.IsExtended ? "EHLO" : "HELO")} {login.Helo}\r\n";
            }
        }
        if (login.Method == "none")
        {
            yield return $"{login.From}\r\n";
            yield return $"{login.To}\r\n";
        }
        else if (settings.LogsIn)
        {
            yield return $"AUTH PLAIN {Base64.Encode($"\0{login.User}\0{login.Password}")}\r\n";
        }
    }

    /// <summary>Text of XCLIENT (RFC 1891): what is not printable, and "+" and "=", as "+HH".</summary>
    private static string XText(string text)
    {
        StringBuilder escaped = new();
        foreach (char one in text)
        {
            _ = one is > ' ' and < '\x7F' and not ('+' or '=') ? escaped.Append(one)
                : escaped.Append(CultureInfo.InvariantCulture, $"+{(int)one:X2}");
        }
        return escaped.ToString();
    }
}
