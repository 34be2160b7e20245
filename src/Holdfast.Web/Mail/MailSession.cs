using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Http.ProxyProtocol;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Tls;
using Holdfast.Web.Logs;
using Holdfast.Web.Loops;
using Holdfast.Web.Streams;

namespace Holdfast.Web.Mail;

/// <summary>Where a session of mail stands.</summary>
internal enum MailPhase : byte
{
    /// <summary>The PROXY header of the client is waited for.</summary>
    Header,

    /// <summary>TLS is agreed on with the client.</summary>
    Handshake,

    /// <summary>The greeting is held back for a while.</summary>
    Delay,

    /// <summary>Commands are answered here.</summary>
    Command,

    /// <summary>Somebody is asked about the login.</summary>
    Asking,

    /// <summary>The login was refused, and the client has to wait to hear it.</summary>
    Waiting,

    /// <summary>The server is being logged in at.</summary>
    LoggingIn,

    /// <summary>Bytes go both ways.</summary>
    Relaying,

    /// <summary>What was said last is sent, and then the connection is closed.</summary>
    Closing,
}

/// <summary>
/// A client of mail: the shell around <see cref="MailDialog"/>, <see cref="AuthExchange"/> and
/// <see cref="ServerDialog"/>. Used again.
/// </summary>
/// <remarks>Files: the login (<c>.Login.cs</c>), bytes and the end (<c>.Relay.cs</c>).</remarks>
internal sealed partial class MailSession : ConnectionOwner
{
    private const int LineMax = 8192;

    private readonly MailPrograms _programs;
    private readonly WebLoop _loop;
    private readonly BufferPool _pool;
    private readonly MailListening _listening;
    private readonly MailAcceptor _acceptor;
    private readonly MailLogin _login = new();
    private readonly LineBuffer _input = new(LineMax);
    private readonly LineBuffer _answer = new(LineMax);
    private MailDialog _dialog = null!;
    private Listener? _listener;
    private Connection? _client;
    private Connection? _peer;
    private MailPhase _phase;
    private IpAddress _address;
    private int _port;
    private IpAddress _local;
    private int _localPort;
    private long _number;
    private int _errors;
    private int _attempts;
    private bool _isGreeted;

    internal MailSession(MailPrograms programs, WebLoop loop, MailListening listening, MailAcceptor acceptor)
    {
        _programs = programs;
        _loop = loop;
        _pool = loop.Buffers;
        _listening = listening;
        _acceptor = acceptor;
    }

    private MailSite Site => _listening.Site;

    private MailSettings Settings => _listening.Site.Settings;

    private long CommandTimeout => (long)Settings.Timeout.TotalMilliseconds;

    internal void Begin(Listener listener, Connection client)
    {
        _listener = listener;
        _client = client;
        client.Owner = this;
        _ = client.GetPeer(out _address, out _port);
        _ = client.GetLocal(out _local, out _localPort);
        _number = _programs.Whole.NextConnection();
        _login.Clear();
        _login.Salt = $"<{Random.Shared.Next()}.{_loop.Clock.UnixMilliseconds / 1000}@{Site.Rules.Name}>";
        _dialog = Site.Protocol switch
        {
            MailProtocol.Pop3 => new PopDialog(Site.Rules, _login),
            MailProtocol.Imap => new ImapDialog(Site.Rules, _login),
            _ => new SmtpDialog(Site.Rules, _login),
        };
        (_errors, _attempts, _isGreeted, _upstream) = (0, 0, false, "");
        if (Site.Errors.Wants(ErrorLevel.Info))
        {
            Site.Errors.Write(ErrorLevel.Info,
                $"client {StreamSubject.TextOf(_address, _port)} connected to {_listening.Name}", _number);
        }
        client.SetTimeout(CommandTimeout);
        if (_listening.HasProxyProtocol)
        {
            _phase = MailPhase.Header;
            _loop.Receive(client);
            return;
        }
        Enter();
    }

    public override void OnConnected(Connection connection)
    {
        if (connection == _client)
        {
            _dialog.IsTls = true;
            _dialog.Restart();
            string salt = _login.Salt;
            _login.Clear();
            _login.Salt = salt;
            Greet();
        }
    }

    public override void OnReceived(Connection connection, BufferPart data)
    {
        if (_phase == MailPhase.Relaying)
        {
            Relay(connection, data);
            return;
        }
        bool fits = (connection == _client ? _input : _answer).TryAdd(_pool.Bytes(data));
        _pool.Return(data.Buffer);
        if (connection == _client)
        {
            OnClientBytes(fits);
        }
        else
        {
            OnPeerBytes(fits, hasEnded: false);
        }
    }

    public override void OnReceiveEnded(Connection connection)
    {
        if (_phase == MailPhase.Relaying)
        {
            OnEnded(connection);
        }
        else if (connection == _client)
        {
            End();
        }
        else
        {
            OnPeerBytes(fits: true, hasEnded: true);
        }
    }

    public override void OnSent(Connection connection)
    {
        if (_phase == MailPhase.Closing)
        {
            EndIfSent();
        }
        else if (_phase == MailPhase.Relaying)
        {
            OnRoom(connection);
        }
    }

    public override void OnFailed(Connection connection, Errno errno)
    {
        if (_phase == MailPhase.Relaying)
        {
            OnEnded(connection);
        }
        else if (connection == _client)
        {
            End();
        }
        else
        {
            Error(ErrorLevel.Error, $"recv() failed ({ErrorTexts.Of(errno)})");
            Break();
        }
    }

    public override void OnTimeout(Connection connection)
    {
        switch (_phase)
        {
            case MailPhase.Delay:
                Greet(isNow: true);
                break;
            case MailPhase.Waiting:
                Refuse();
                break;
            case MailPhase.Asking:
                Error(ErrorLevel.Error, $"auth http server {_upstream} timed out ({ErrorTexts.Of(Errno.ETIMEDOUT)})");
                Break();
                break;
            case MailPhase.LoggingIn:
                Error(ErrorLevel.Error, $"upstream timed out ({ErrorTexts.Of(Errno.ETIMEDOUT)})");
                Break();
                break;
            default:
                Error(ErrorLevel.Info, $"{(_phase == MailPhase.Relaying ? "proxied session" : "client")} timed out "
                    + $"({ErrorTexts.Of(Errno.ETIMEDOUT)})");
                End();
                break;
        }
    }

    private void Enter()
    {
        if (_listening.IsTls && Site.Tls is { } tls)
        {
            Encrypt(tls);
            return;
        }
        Greet();
    }

    private void Encrypt(Linux.OpenSsl.TlsServer tls)
    {
        _phase = MailPhase.Handshake;
        if (!TlsLayer.TryAccept(_loop.State, _client!, tls))
        {
            End();
        }
    }

    private void Greet(bool isNow = false)
    {
        long delay = (long)Settings.GreetingDelay.TotalMilliseconds;
        if (!isNow && delay > 0 && !_isGreeted && Site.Protocol == MailProtocol.Smtp)
        {
            _phase = MailPhase.Delay;
            _client!.SetTimeout(delay);
            _loop.Receive(_client);
            return;
        }
        _phase = MailPhase.Command;
        _client!.SetTimeout(CommandTimeout);
        if (!_isGreeted)
        {
            _isGreeted = true;
            Say(_dialog.Greeting);
        }
        ReadLines();
    }

    private void OnClientBytes(bool fits)
    {
        switch (_phase)
        {
            case MailPhase.Header:
                ReadHeader(fits);
                break;
            case MailPhase.Delay:
                Close(SmtpDialog.TooEarly);
                break;
            case MailPhase.Command when !fits:
                Error(ErrorLevel.Info, "client sent too long command");
                End();
                break;
            case MailPhase.Command:
                ReadLines();
                break;
            default:
                break;
        }
    }

    private void ReadHeader(bool fits)
    {
        ProxyResult result = ProxyHeaderParser.Parse(_input.Bytes, out ProxyHeader header);
        if (!result.IsComplete && result.Error == ProxyError.None && fits)
        {
            _loop.Receive(_client!);
            return;
        }
        if (!result.IsComplete)
        {
            Error(ErrorLevel.Error, $"broken header: \"{Encoding.Latin1.GetString(_input.Bytes)}\"");
            End();
            return;
        }
        if (header.HasAddresses && Site.Trusted?.IsTrusted(_address) == true)
        {
            (_address, _port) = (header.Source, header.SourcePort);
        }
        _input.Skip(result.Consumed);
        Enter();
    }

    private void ReadLines()
    {
        while (_phase == MailPhase.Command && _input.Take() is { } line)
        {
            _client!.SetTimeout(CommandTimeout);
            MailStep step = _dialog.OnLine(line);
            if (step.Note is { } note)
            {
                Error(ErrorLevel.Info, note);
            }
            if (step.IsUnknown && ++_errors >= Settings.ErrorsMax)
            {
                Error(ErrorLevel.Info, "client sent too many invalid commands");
                Close(step.Answer);
                return;
            }
            Say(step.Answer);
            Follow(step.Action);
        }
        if (_phase == MailPhase.Command)
        {
            _loop.Receive(_client!);
        }
    }

    private void Follow(MailAction action)
    {
        switch (action)
        {
            case MailAction.Quit:
                Close("");
                break;
            case MailAction.StartTls when Site.Tls is { } tls:
                _input.Clear(); // what came before TLS is nothing that TLS protects
                Encrypt(tls);
                break;
            case MailAction.Authenticate:
                Ask();
                break;
            default:
                break;
        }
    }

    private void Say(string text)
    {
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty && _pool.TryRent(out int buffer))
        {
            int length = Math.Min(rest.Length, _pool.Slab.BufferSize);
            BufferPart part = new(buffer, 0, length);
            _ = Encoding.Latin1.GetBytes(rest[..length], _pool.Bytes(part));
            rest = rest[length..];
            _loop.Send(_client!, part);
        }
    }

    private void Error(ErrorLevel level, string message)
    {
        if (!Site.Errors.Wants(level))
        {
            return;
        }
        string action = _phase switch
        {
            MailPhase.Header => " while reading PROXY protocol",
            MailPhase.Handshake => " while SSL handshaking",
            MailPhase.Asking or MailPhase.Waiting => " while in http auth state",
            MailPhase.LoggingIn => " while reading response from upstream",
            MailPhase.Command or MailPhase.Delay => " while in auth state",
            _ => "",
        };
        string login = _login.User.Length > 0 ? $", login: \"{_login.User}\"" : "";
        string upstream = login.Length > 0 && _phase is (MailPhase.LoggingIn or MailPhase.Relaying)
            ? $", upstream: {_upstream}" : "";
        Site.Errors.Write(level, $"{message}{action}, client: {(_address.IsNone ? "unix:" : _address.ToString())}, "
            + $"server: {_listening.Name}{login}{upstream}", _number);
    }
}
