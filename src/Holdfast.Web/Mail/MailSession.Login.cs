using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.OpenSsl;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Tls;
using Holdfast.Web.Logs;
using Holdfast.Web.Streams;

namespace Holdfast.Web.Mail;

/// <summary>The login: who is asked about it, and the server that it leads to.</summary>
internal sealed partial class MailSession
{
    private ServerDialog? _server;
    private AuthAnswer? _verdict;
    private string _upstream = "";

    private void Ask()
    {
        _phase = MailPhase.Asking;
        _answer.Clear();
        MailAuthority authority = Settings.Authority!;
        if (Site.Authority is not { } place)
        {
            Error(ErrorLevel.Error, $"host not found in auth_http \"{authority.Written}\"");
            Break();
            return;
        }
        _upstream = Encoding.UTF8.GetString(place.Text);
        if (!Connect(new ConnectTarget(place.Endpoint)))
        {
            return;
        }
        _client!.SetTimeout((long)Settings.AuthTimeout.TotalMilliseconds);
        string client = _address.IsNone ? "unix:" : _address.ToString();
        _attempts++;
        Send(_peer!, AuthExchange.Question(
            authority, Settings, Site.Protocol, _login, _attempts, client, TlsLines()));
        _loop.Receive(_peer!);
    }

    private string TlsLines()
    {
        if (_client!.Layer is not TlsLayer { IsReady: true } layer)
        {
            return "";
        }
        TlsConnection tls = layer.Tls;
        return "Auth-SSL: on\r\n"
            + $"Auth-SSL-Protocol: {Encoding.ASCII.GetString(tls.Version)}\r\n"
            + $"Auth-SSL-Cipher: {Encoding.ASCII.GetString(tls.Cipher)}\r\n";
    }

    private bool Connect(in ConnectTarget target)
    {
        Errno errno = _loop.Connect(target, this, out _peer);
        if (errno == Errno.Success)
        {
            return true;
        }
        Error(ErrorLevel.Error, $"connect() failed ({ErrorTexts.Of(errno)})");
        Break();
        return false;
    }

    private void Send(Connection to, string text)
    {
        if (text.Length == 0 || !_pool.TryRent(out int buffer))
        {
            return;
        }
        int length = Math.Min(text.Length, _pool.Slab.BufferSize); // lines are bounded, and so what is made of them
        BufferPart part = new(buffer, 0, length);
        _ = Encoding.Latin1.GetBytes(text.AsSpan(0, length), _pool.Bytes(part));
        _loop.Send(to, part);
    }

    private void OnPeerBytes(bool fits, bool hasEnded)
    {
        switch (_phase)
        {
            case MailPhase.Asking:
                ReadAnswer(fits, hasEnded);
                break;
            case MailPhase.LoggingIn when hasEnded || !fits:
                Error(ErrorLevel.Error, hasEnded ? "upstream prematurely closed connection"
                    : "upstream sent too long response");
                Break();
                break;
            case MailPhase.LoggingIn:
                ReadServer();
                break;
            default:
                break;
        }
    }

    private void ReadAnswer(bool fits, bool hasEnded)
    {
        ReadOnlySpan<byte> bytes = _answer.Bytes;
        int end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0 && fits && !hasEnded)
        {
            _loop.Receive(_peer!);
            return;
        }
        AuthAnswer? answer = end < 0 ? null : AuthExchange.Read(Encoding.Latin1.GetString(bytes[..end]));
        ClosePeer();
        if (answer is null)
        {
            Error(ErrorLevel.Error, $"auth http server {_upstream} sent invalid response");
            Break();
        }
        else if (answer.Problem is not null)
        {
            Error(ErrorLevel.Info, $"client login failed: \"{answer.Problem}\"");
            _verdict = answer;
            if (answer.WaitSeconds == 0)
            {
                Refuse();
                return;
            }
            _phase = MailPhase.Waiting;
            _client!.SetTimeout(answer.WaitSeconds * 1000L);
        }
        else
        {
            GoTo(answer);
        }
    }

    private void Refuse()
    {
        AuthAnswer verdict = _verdict!;
        string text = _dialog.Refusal(verdict.Problem!, verdict.Code);
        if (verdict.WaitSeconds == 0)
        {
            Close(text);
            return;
        }
        _dialog.Restart();
        _phase = MailPhase.Command;
        _client!.SetTimeout(CommandTimeout);
        Say(text);
        ReadLines();
    }

    private void GoTo(AuthAnswer answer)
    {
        bool isUnix = answer.Server.StartsWith("unix:", StringComparison.Ordinal);
        IpAddress address;
        if (answer.Server.Length == 0 || (answer.Port == 0 && !isUnix))
        {
            Error(ErrorLevel.Error, $"auth http server {_upstream} did not send server or port");
            Break();
            return;
        }
        PeerPlace? place = isUnix ? PeerPlace.TryOfUnix(answer.Server[5..])
            : IpAddress.TryParse(answer.Server, out address) ? PeerPlace.Of(address, answer.Port) : null;
        if (place is null)
        {
            Error(ErrorLevel.Error, $"auth http server {_upstream} sent invalid server address:\"{answer.Server}\"");
            Break();
            return;
        }
        _login.User = answer.User ?? _login.User;
        _login.Password = answer.Password ?? _login.Password;
        if (Site.Protocol != MailProtocol.Smtp && _login.Method != "plain" && answer.Password is null)
        {
            Error(ErrorLevel.Error, $"auth http server {_upstream} did not send password");
            Break();
            return;
        }
        _upstream = Encoding.UTF8.GetString(place.Text);
        _phase = MailPhase.LoggingIn;
        _answer.Clear();
        _client!.SetTimeout(CommandTimeout);
        _server = new ServerDialog(Site.Protocol, Settings, Site.Rules.Name, _login,
            _address.IsNone ? "unix:" : _address.ToString());
        if (!Connect(new ConnectTarget(place.Endpoint)))
        {
            return;
        }
        if (Settings.HeaderVersion > 0 && _pool.TryRent(out int buffer))
        {
            int length = ProxyHeaders.Write(
                _pool.Slab[buffer], Settings.HeaderVersion, _address, _port, _local, _localPort);
            _loop.Send(_peer!, new BufferPart(buffer, 0, length));
        }
        _loop.Receive(_peer!);
    }

    private void ReadServer()
    {
        while (_phase == MailPhase.LoggingIn && _answer.Take() is { } line)
        {
            switch (_server!.OnLine(line, out string command))
            {
                case ServerProgress.GoOn:
                    Send(_peer!, command);
                    break;
                case ServerProgress.Done:
                    Say(_server.Answer ?? $"{line}\r\n");
                    BeginRelay();
                    break;
                default:
                    Error(Settings.PassesErrors ? ErrorLevel.Info : ErrorLevel.Error,
                        $"upstream sent invalid response: \"{line}\"");
                    ClosePeer();
                    Close(Settings.PassesErrors ? $"{line}\r\n" : _dialog.InternalError);
                    break;
            }
        }
        if (_phase == MailPhase.LoggingIn)
        {
            _loop.Receive(_peer!);
        }
    }

    /// <summary>Something of ours, or of a server, is wrong.</summary>
    private void Break()
    {
        ClosePeer();
        Close(_dialog.InternalError);
    }
}
