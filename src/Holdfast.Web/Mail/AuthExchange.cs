using System.Globalization;
using System.Text;
using Holdfast.Config.Nginx.Model;

namespace Holdfast.Web.Mail;

/// <summary>What an authority has said of a login.</summary>
/// <param name="Problem">Why it is refused; null: it is not.</param>
/// <param name="Code">SMTP: the code of the refusal; null: the usual one.</param>
/// <param name="WaitSeconds">How long the client waits for the refusal, and may try again then; 0: it is closed.
/// </param>
/// <param name="Server">Address of the server; empty: none was given.</param>
/// <param name="Port">Its port; 0: none was given.</param>
/// <param name="User">Another name for it; null: as the client said.</param>
/// <param name="Password">Another password for it; null: as the client said.</param>
internal sealed record AuthAnswer(
    string? Problem, string? Code, int WaitSeconds, string Server, int Port, string? User, string? Password);

/// <summary>The question about a login over HTTP, and its answer. Pure.</summary>
internal static class AuthExchange
{
    /// <summary>Bytes of an answer's head at most.</summary>
    internal const int AnswerMax = 8192;

    /// <summary>Writes the question.</summary>
    /// <param name="authority">Who is asked.</param>
    /// <param name="settings">What is added.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="login">The client.</param>
    /// <param name="attempt">How often it has tried, from 1.</param>
    /// <param name="client">Its address.</param>
    /// <param name="tls">Lines about its TLS; empty: it speaks plainly.</param>
    internal static string Question(MailAuthority authority, MailSettings settings, MailProtocol protocol,
        MailLogin login, int attempt, string client, string tls)
    {
        StringBuilder text = new();
        string name = protocol switch
        {
            MailProtocol.Pop3 => "pop3",
            MailProtocol.Imap => "imap",
            _ => "smtp",
        };
        text.Append(CultureInfo.InvariantCulture, $"GET {authority.Uri} HTTP/1.0\r\nHost: {HostOf(authority)}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Auth-Method: {login.Method}\r\nAuth-User: {Escape(login.User)}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Auth-Pass: {Escape(login.Password)}\r\n");
        if (login.Salt.Length > 0 && login.Method is not ("plain" or "none")
            && (protocol == MailProtocol.Pop3 || login.Method == "cram-md5"))
        {
            text.Append(CultureInfo.InvariantCulture, $"Auth-Salt: {login.Salt}\r\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"Auth-Protocol: {name}\r\nAuth-Login-Attempt: {attempt}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Client-IP: {client}\r\n");
        if (protocol == MailProtocol.Smtp)
        {
            text.Append("Client-Host: [UNAVAILABLE]\r\n");
            if (login.Method == "none")
            {
                text.Append(CultureInfo.InvariantCulture, $"Auth-SMTP-Helo: {Escape(login.Helo)}\r\n")
                    .Append(CultureInfo.InvariantCulture, $"Auth-SMTP-From: {login.From}\r\n")
                    .Append(CultureInfo.InvariantCulture, $"Auth-SMTP-To: {login.To}\r\n");
            }
        }
        text.Append(tls);
        foreach ((string header, string value) in settings.AuthHeaders)
        {
            text.Append(CultureInfo.InvariantCulture, $"{header}: {value}\r\n");
        }
        return text.Append("\r\n").ToString();
    }

    /// <summary>Reads the head of an answer; null: it is no answer.</summary>
    internal static AuthAnswer? Read(string head)
    {
        string[] lines = head.Split('\n');
        if (!lines[0].StartsWith("HTTP/", StringComparison.Ordinal))
        {
            return null;
        }
        var answer = new AuthAnswer("", null, 0, "", 0, null, null);
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                continue;
            }
            string value = line[(colon + 1)..].Trim();
            int number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int read)
                ? read : 0;
            answer = line[..colon].ToLowerInvariant() switch
            {
                "auth-status" => answer with { Problem = value == "OK" ? null : value },
                "auth-server" => answer with { Server = value },
                "auth-port" => answer with { Port = number is > 0 and <= 65535 ? number : 0 },
                "auth-user" => answer with { User = value },
                "auth-pass" => answer with { Password = value },
                "auth-wait" => answer with { WaitSeconds = Math.Min(number, 3600) },
                "auth-error-code" => answer with { Code = value },
                _ => answer,
            };
        }
        return answer.Problem == "" ? null : answer;
    }

    private static string HostOf(MailAuthority authority)
    {
        int slash = authority.Written.IndexOf('/', StringComparison.Ordinal);
        string written = slash < 0 ? authority.Written : authority.Written[..slash];
        return authority.IsUnix ? "localhost" : written.EndsWith(
            string.Create(CultureInfo.InvariantCulture, $":{authority.Port}"), StringComparison.Ordinal)
            ? written[..written.LastIndexOf(':')] : written;
    }

    /// <summary>Spaces, "%" and what is not printable as "%HH".</summary>
    private static string Escape(string text)
    {
        StringBuilder escaped = new();
        foreach (char one in text)
        {
            _ = one is > ' ' and < '\x7F' and not '%' ? escaped.Append(one)
                : escaped.Append(CultureInfo.InvariantCulture, $"%{(int)one:X2}");
        }
        return escaped.ToString();
    }
}
