using Holdfast.Health.Servers;

namespace Holdfast.Health.Scripts;

/// <summary>What who runs a check has to do next.</summary>
public enum CheckEffect : byte
{
    /// <summary>End the connection there is, open one as <see cref="CheckRun.Connect"/> says, and tell.</summary>
    Connect,

    /// <summary>Send <see cref="CheckSession.Output"/>, then call <see cref="CheckRun.OnSent"/>.</summary>
    Send,

    /// <summary>Receive, and tell.</summary>
    Receive,

    /// <summary>Nothing more: there is a result.</summary>
    Finish,
}

/// <summary>Runs a <see cref="CheckScript"/>: events in, what is to be done out. No socket, no clock.</summary>
/// <remarks>
/// One object serves one server, one run after the other. A received answer stays until the next question, so that
/// several steps may look at it.
/// </remarks>
/// <param name="script">The steps.</param>
/// <param name="session">The memory.</param>
public sealed class CheckRun(CheckScript script, CheckSession session)
{
    private int _index;
    private bool _isConnected;
    private bool _isEnded;
    private bool _isStale;

    /// <summary>How the connection is to be opened, or was.</summary>
    public ConnectStep? Connect { get; private set; }

    /// <summary>Whether the server is up while the check runs: only then is a 404 a wish for no new work.</summary>
    public bool IsServerUp { get; set; }

    /// <summary>Whether connections of the server's own way have a TLS handshake.</summary>
    public bool IsDefaultTls { get; init; }

    /// <summary>What was found; before the end <see cref="CheckStatus.Initializing"/>.</summary>
    public CheckStatus Status { get; private set; }

    /// <summary>HTTP's status, or what else there is of numbers.</summary>
    public int Number { get; private set; }

    /// <summary>More about it.</summary>
    public string Info { get; private set; } = "";

    /// <summary>Begins a run.</summary>
    public CheckEffect Begin()
    {
        session.Begin();
        _index = 0;
        _isConnected = _isEnded = _isStale = false;
        Connect = null;
        Status = CheckStatus.Initializing;
        Number = 0;
        Info = "";
        return Advance();
    }

    /// <summary>The connection stands.</summary>
    public CheckEffect OnConnected()
    {
        _isConnected = true;
        _index++;
        return Advance();
    }

    /// <summary>What was to be sent has been given away.</summary>
    public CheckEffect OnSent()
    {
        session.OutputLength = 0;
        _index++;
        return Advance();
    }

    /// <summary>Something has come, and stands in the session.</summary>
    public CheckEffect OnReceived() => Advance();

    /// <summary>The peer has ended the stream.</summary>
    public CheckEffect OnEnded()
    {
        _isEnded = true;
        return Advance();
    }

    /// <summary>The connection could not be opened, or broke.</summary>
    /// <param name="reason">Why, in the words of strerror(3).</param>
    public CheckEffect OnFailed(string reason)
        => End(_isConnected ? CheckStatus.SocketError : CheckStatus.L4Connection, 0,
            StepText.Join(reason, script, Current));

    /// <summary>Time is up.</summary>
    /// <param name="isHandshake">Whether it was TLS that did not come to its end.</param>
    public CheckEffect OnTimeout(bool isHandshake = false)
        => End(!_isConnected ? isHandshake ? CheckStatus.L6Timeout : CheckStatus.L4Timeout
            : Current is ExpectStep expect ? expect.TimeoutStatus : CheckStatus.L7Timeout, 0,
            StepText.Join("", script, Current));

    /// <summary>The handshake of TLS has failed.</summary>
    /// <param name="reason">Why.</param>
    public CheckEffect OnHandshakeFailed(string reason)
        => End(CheckStatus.L6Response, 0, StepText.Join(reason, script, Current));

    /// <summary>Ends the run from outside, with what was found there.</summary>
    public CheckEffect End(CheckStatus status, int number, string info)
    {
        Status = status;
        Number = number;
        Info = info;
        return CheckEffect.Finish;
    }

    private ScriptStep? Current => _index < script.Steps.Length ? script.Steps[_index] : null;

    private CheckEffect Advance()
    {
        while (Current is { } step)
        {
            switch (step)
            {
                case ConnectStep connect:
                    Connect = connect;
                    _isConnected = _isEnded = false;
                    session.Forget();
                    return CheckEffect.Connect;
                case SendStep send:
                    return Send(send);
                case ExpectStep expect:
                    if (Expect(expect) is { } effect)
                    {
                        return effect;
                    }
                    break;
                case VariableStep variable:
                    variable.Action(session);
                    break;
                default:
                    break;
            }
            _index++;
        }
        return Succeed();
    }

    private CheckEffect Send(SendStep step)
    {
        if (!step.Text(session, session.OutputRoom, out int length))
        {
            return End(CheckStatus.L7Response, 0,
                $"tcp-check send : failed to build log-format string at step {step.Number}");
        }
        session.OutputLength = length;
        // What came before the question belongs to the one before; it may still be part of this one's text.
        _isStale = true;
        return CheckEffect.Send;
    }

    private CheckEffect? Expect(ExpectStep step)
    {
        if (_isStale)
        {
            _isStale = false;
            session.Forget();
        }
        if (session.Received.IsEmpty)
        {
            return !_isEnded ? CheckEffect.Receive : End(ExpectRules.ErrorOf(step), 0, step.IsHttp ? ""
                : StepText.Empty(step));
        }
        CheckAnswer answer = step.IsHttp
            ? HttpExpectRules.Judge(step, session, _isEnded || session.IsFull, script.DisablesOn404 && IsServerUp)
            : ExpectRules.Judge(step, session, _isEnded || session.IsFull);
        switch (answer.Kind)
        {
            case CheckAnswerKind.Incomplete when !_isEnded && !session.IsFull:
                return CheckEffect.Receive;
            case CheckAnswerKind.Incomplete:
                return End(ExpectRules.ErrorOf(step), 0, "");
            case CheckAnswerKind.Final:
                return End(answer.Status, answer.Number, answer.Info);
            case CheckAnswerKind.Good:
                Status = answer.Status;
                Number = step.StatusNumber?.Invoke(session) ?? answer.Number;
                Info = answer.Info;
                return null;
            default:
                return Refuse(step, answer);
        }
    }

    private CheckEffect Refuse(ExpectStep step, CheckAnswer answer)
    {
        string info = step.OnError is { } text ? StepText.Write(text, session)
            : answer.Info.Length > 0 || script.Kind != ScriptKind.Tcp ? answer.Info : StepText.Mismatch(step);
        return End(answer.Status, step.StatusNumber?.Invoke(session) ?? answer.Number,
            step.Comment is null || script.Kind == ScriptKind.Protocol ? info : $"{info} comment: {step.Comment}");
    }

    /// <summary>All steps are done: the last one that is not about variables decides what is reported.</summary>
    private CheckEffect Succeed()
    {
        ScriptStep? last = null;
        for (int i = script.Steps.Length - 1; i >= 0 && last is null; i--)
        {
            last = script.Steps[i] is VariableStep ? null : script.Steps[i];
        }
        string usual = script.Kind == ScriptKind.Tcp ? "(tcp-check)" : "";
        switch (last)
        {
            case ExpectStep expect:
                // What the answer itself said counts most: a protocol's own number and text.
                return End(expect.Kind == ExpectKind.Protocol ? Status : expect.OkStatus, Number,
                    expect.OnSuccess is { } text ? StepText.Write(text, session) : Info.Length > 0 ? Info : usual);
            case SendStep:
                return End(CheckStatus.L7Ok, 0, usual);
            default:
                bool isTls = Connect is { IsTls: true } || (IsDefaultTls && Connect is { IsDefault: true });
                return End(isTls ? CheckStatus.L6Ok : CheckStatus.L4Ok, 0, last is { Number: > 0 } ? usual : "");
        }
    }
}
