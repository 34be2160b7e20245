using System.Collections.Immutable;
using Holdfast.Health.Servers;

namespace Holdfast.Health.Scripts;

/// <summary>Writes a text that may depend on the check.</summary>
/// <param name="session">The check.</param>
/// <param name="to">Where to.</param>
/// <param name="length">Bytes written.</param>
/// <returns>False: it cannot be written.</returns>
public delegate bool CheckText(CheckSession session, Span<byte> to, out int length);

/// <summary>Whether bytes match a regular expression.</summary>
public delegate bool CheckRegex(ReadOnlySpan<byte> subject);

/// <summary>Whether something holds of the check, such as of a header of its answer.</summary>
public delegate bool CheckCondition(CheckSession session);

/// <summary>A number that depends on the check; null: there is none.</summary>
public delegate int? CheckNumber(CheckSession session);

/// <summary>Understands an answer of a protocol.</summary>
/// <param name="received">What has come since the question.</param>
/// <param name="isEnd">Whether nothing more will come.</param>
public delegate CheckAnswer CheckParser(ReadOnlySpan<byte> received, bool isEnd);

/// <summary>What kind of answer it was.</summary>
public enum CheckAnswerKind : byte
{
    /// <summary>It is not whole: more is needed.</summary>
    Incomplete,

    /// <summary>The next step may begin.</summary>
    Good,

    /// <summary>The check has failed.</summary>
    Bad,

    /// <summary>The check is over, with this status, whatever steps are left.</summary>
    Final,
}

/// <summary>What a <see cref="CheckParser"/> has understood.</summary>
/// <param name="Kind">What kind of answer it was.</param>
/// <param name="Status">Status of the check; of a good answer, if it is the last one.</param>
/// <param name="Number">Its number.</param>
/// <param name="Info">More about it; empty: nothing.</param>
public readonly record struct CheckAnswer(
    CheckAnswerKind Kind, CheckStatus Status = CheckStatus.L7Ok, int Number = 0, string Info = "")
{
    /// <summary>More is needed.</summary>
    public static CheckAnswer Incomplete => new(CheckAnswerKind.Incomplete);

    /// <summary>The check has failed.</summary>
    public static CheckAnswer Bad(CheckStatus status, int number = 0, string info = "")
        => new(CheckAnswerKind.Bad, status, number, info);

    /// <summary>As was expected.</summary>
    public static CheckAnswer Good(int number = 0, string info = "", CheckStatus status = CheckStatus.L7Ok)
        => new(CheckAnswerKind.Good, status, number, info);
}

/// <summary>A step of a check.</summary>
/// <param name="Number">Its number in reports, from 1; 0: an implied connect.</param>
/// <param name="Comment">What reports say of it; null: nothing.</param>
public abstract record ScriptStep(int Number, string? Comment);

/// <summary>Opens a connection; the one before ends.</summary>
/// <param name="Number">Its number in reports.</param>
/// <param name="Comment">What reports say of it.</param>
public sealed record ConnectStep(int Number, string? Comment = null) : ScriptStep(Number, Comment)
{
    /// <summary>The port in reports; null: the server's.</summary>
    public int? Port { get; init; }

    /// <summary>Whether the connection ends in order, not by a reset.</summary>
    public bool Lingers { get; init; }

    /// <summary>Whether nothing is waited for on it: it ends, or something is sent, at once.</summary>
    public bool IsBrief { get; init; }

    /// <summary>Whether it does not matter how it is opened: the server's own way. Default: no.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Whether there is a TLS handshake: it decides the status of a check without questions.</summary>
    public bool IsTls { get; init; }

    /// <summary>What only who opens connections understands: address, port, PROXY protocol, TLS.</summary>
    public object? Route { get; init; }
}

/// <summary>Sends.</summary>
/// <param name="Number">Its number in reports.</param>
/// <param name="Text">What is sent.</param>
/// <param name="Comment">What reports say of it.</param>
public sealed record SendStep(int Number, CheckText Text, string? Comment = null) : ScriptStep(Number, Comment);

/// <summary>Changes variables.</summary>
/// <param name="Number">Its number in reports.</param>
/// <param name="Action">What is done.</param>
public sealed record VariableStep(int Number, Action<CheckSession> Action) : ScriptStep(Number, null);

/// <summary>What an answer is compared with.</summary>
public enum ExpectKind : byte
{
    /// <summary>Bytes that it contains.</summary>
    Text,

    /// <summary>The same, written as hexadecimal digits.</summary>
    Binary,

    /// <summary>A regular expression.</summary>
    Regex,

    /// <summary>A regular expression on its hexadecimal digits.</summary>
    BinaryRegex,

    /// <summary>A text with variables.</summary>
    TextFormat,

    /// <summary>The same as hexadecimal digits.</summary>
    BinaryFormat,

    /// <summary>HTTP: ranges of statuses.</summary>
    HttpStatus,

    /// <summary>HTTP: a condition on the status.</summary>
    HttpStatusRegex,

    /// <summary>HTTP: a condition on headers.</summary>
    HttpHeader,

    /// <summary>HTTP: bytes that the body contains.</summary>
    HttpBody,

    /// <summary>HTTP: a regular expression on the body.</summary>
    HttpBodyRegex,

    /// <summary>HTTP: a text with variables that the body contains.</summary>
    HttpBodyFormat,

    /// <summary>An answer of a protocol, which <see cref="ExpectStep.Parser"/> understands.</summary>
    Protocol,
}

/// <summary>Waits for an answer.</summary>
/// <param name="Number">Its number in reports.</param>
/// <param name="Kind">What the answer is compared with.</param>
/// <param name="Comment">What reports say of it.</param>
public sealed record ExpectStep(int Number, ExpectKind Kind, string? Comment = null) : ScriptStep(Number, Comment)
{
    /// <summary>Whether it must not match.</summary>
    public bool IsNegated { get; init; }

    /// <summary>Bytes of Text, Binary and HttpBody.</summary>
    public ReadOnlyMemory<byte> Pattern { get; init; }

    /// <summary>Text of the kinds with variables.</summary>
    public CheckText? Format { get; init; }

    /// <summary>Regular expression of the kinds with one.</summary>
    public CheckRegex? Regex { get; init; }

    /// <summary>Condition of HttpHeader.</summary>
    public CheckCondition? Condition { get; init; }

    /// <summary>Ranges of HttpStatus, both ends included.</summary>
    public ImmutableArray<(int From, int To)> Statuses { get; init; } = [];

    /// <summary>Parser of Protocol.</summary>
    public CheckParser? Parser { get; init; }

    /// <summary>Bytes before which there is no verdict; 0: none; −1: no match is a verdict only at the end.</summary>
    public int MinimumReceived { get; init; } = -1;

    /// <summary>Status when it is the last step and matches. Default L7OK.</summary>
    public CheckStatus OkStatus { get; init; } = CheckStatus.L7Ok;

    /// <summary>Status when it does not match; null: by the kind, L7STS or L7RSP.</summary>
    public CheckStatus? ErrorStatus { get; init; }

    /// <summary>Status when no answer comes. Default L7TOUT.</summary>
    public CheckStatus TimeoutStatus { get; init; } = CheckStatus.L7Timeout;

    /// <summary>What is reported when it matches and is the last step; null: the usual.</summary>
    public CheckText? OnSuccess { get; init; }

    /// <summary>What is reported when it does not match; null: the usual.</summary>
    public CheckText? OnError { get; init; }

    /// <summary>The number that is reported; null: the usual.</summary>
    public CheckNumber? StatusNumber { get; init; }

    /// <summary>Whether the answer is read as HTTP.</summary>
    public bool IsHttp => Kind is >= ExpectKind.HttpStatus and <= ExpectKind.HttpBodyFormat;
}

/// <summary>What the steps belong to: it decides how much reports say of them.</summary>
public enum ScriptKind : byte
{
    /// <summary>A connection, without a script.</summary>
    Connect,

    /// <summary><c>tcp-check</c> lines: reports name the step.</summary>
    Tcp,

    /// <summary><c>http-check</c> lines.</summary>
    Http,

    /// <summary>A protocol's own check.</summary>
    Protocol,
}

/// <summary>A check: steps in order, the first connection included.</summary>
/// <param name="Kind">What the steps belong to.</param>
/// <param name="Steps">The steps.</param>
public sealed record CheckScript(ScriptKind Kind, ImmutableArray<ScriptStep> Steps)
{
    /// <summary><c>http-check disable-on-404</c>.</summary>
    public bool DisablesOn404 { get; init; }

    /// <summary>A connection and nothing more.</summary>
    public static CheckScript Plain { get; } = new(ScriptKind.Connect,
        [new ConnectStep(0) { IsDefault = true, IsBrief = true }]);
}
