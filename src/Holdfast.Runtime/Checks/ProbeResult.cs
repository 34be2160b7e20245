using System.Globalization;
using Holdfast.Linux.Abi;

namespace Holdfast.Runtime.Checks;

/// <summary>How a probe ended.</summary>
public enum ProbeOutcome : byte
{
    /// <summary>As it should.</summary>
    Success,

    /// <summary>We lacked a resource; says nothing about the server. The detail is the errno.</summary>
    Inconclusive,

    /// <summary>The kernel reported an error. The detail is the errno.</summary>
    Network,

    /// <summary>The time limit passed.</summary>
    Timeout,

    /// <summary>The server closed the connection too early.</summary>
    Closed,

    /// <summary>Another status than wanted. The detail is the status.</summary>
    Status,

    /// <summary>The digest of the body is another one.</summary>
    Digest,

    /// <summary>The body does not match the regex.</summary>
    NoMatch,

    /// <summary>The body matches a regex that it must not match.</summary>
    ForbiddenMatch,

    /// <summary>What came is not the protocol.</summary>
    Protocol,

    /// <summary>The TLS handshake failed. The detail is OpenSSL's reason, 0 when it has none.</summary>
    TlsHandshake,

    /// <summary>The certificate is not valid. The detail is OpenSSL's verification code.</summary>
    Certificate,

    /// <summary>The mail server answered with another code. The detail is the code.</summary>
    SmtpCode,

    /// <summary>The name server answered with an error. The detail is the response code.</summary>
    DnsCode,

    /// <summary>The name server has no such record.</summary>
    DnsEmpty,

    /// <summary>The reply has another length. The detail is the length.</summary>
    ReplyLength,

    /// <summary>The reply has other bytes.</summary>
    ReplyContent,

    /// <summary>The script ended with another code. The detail is the code.</summary>
    ExitCode,

    /// <summary>A signal ended the script. The detail is its number.</summary>
    Signal,

    /// <summary>The number in the file is a failure.</summary>
    FileValue,

    /// <summary>
    /// The check cannot be made as configured: a bad regex, missing certificate, unsafe script. The detail is the exit
    /// code of the launcher when there was no script to execute, else 0.
    /// </summary>
    Configuration,
}

/// <summary>How a probe ended, without any text: eight bytes.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Detail">A number that the outcome explains.</param>
public readonly record struct ProbeResult(ProbeOutcome Outcome, int Detail = 0)
{
    /// <summary>A success.</summary>
    public static ProbeResult Success => default;

    /// <summary>Whether it is a success.</summary>
    public bool IsSuccess => Outcome == ProbeOutcome.Success;

    /// <summary>An error of a system call; what is our own fault is inconclusive.</summary>
    public static ProbeResult Of(Errno errno) => errno switch
    {
        Errno.EMFILE or Errno.ENFILE or Errno.ENOBUFS or Errno.ENOMEM => new(ProbeOutcome.Inconclusive, (int)errno),
        Errno.ETIMEDOUT => new(ProbeOutcome.Timeout),
        _ => new(ProbeOutcome.Network, (int)errno),
    };

    /// <summary>The result in words, for logs and <c>explain</c>.</summary>
    public override string ToString() => Outcome switch
    {
        ProbeOutcome.Success => "success",
        ProbeOutcome.Inconclusive => (Errno)Detail == Errno.EADDRNOTAVAIL ? "not made: no local port is left"
            : $"not made: {(Errno)Detail}",
        ProbeOutcome.Network => Network((Errno)Detail),
        ProbeOutcome.Timeout => "no answer in time",
        ProbeOutcome.Closed => "the server closed the connection too early",
        ProbeOutcome.Status => Number("status code"),
        ProbeOutcome.Digest => "the body has another digest",
        ProbeOutcome.NoMatch => "the body does not match the regex",
        ProbeOutcome.ForbiddenMatch => "the body matches the regex that it must not match",
        ProbeOutcome.Protocol => "the answer is not of this protocol",
        ProbeOutcome.TlsHandshake => Number("the TLS handshake failed, reason"),
        ProbeOutcome.Certificate => Number("the certificate is not valid, verification code"),
        ProbeOutcome.SmtpCode => Number("the mail server answered"),
        ProbeOutcome.DnsCode => Number("the name server answered with response code"),
        ProbeOutcome.DnsEmpty => "the name server has no such record",
        ProbeOutcome.ReplyLength => Number("a reply of other length, bytes"),
        ProbeOutcome.ReplyContent => "a reply of other content",
        ProbeOutcome.ExitCode => Number("exited with status"),
        ProbeOutcome.Signal => Number("ended by signal"),
        ProbeOutcome.FileValue => "the number in the file is a failure",
        _ => Detail switch
        {
            Scripts.Launcher.NotFound => "the script or its interpreter is not there",
            Scripts.Launcher.NotExecutable => "the script cannot be executed",
            _ => "the check cannot be made as it is configured",
        },
    };

    private static string Network(Errno errno) => errno switch
    {
        Errno.ECONNREFUSED => "connection refused",
        Errno.ECONNRESET => "connection reset",
        Errno.ENETUNREACH => "network unreachable",
        Errno.EHOSTUNREACH => "host unreachable",
        Errno.EADDRNOTAVAIL => "no such source address here, or no port of it is left",
        Errno.ENODEV => "no such interface",
        Errno.EACCES or Errno.EPERM => $"not permitted ({errno})",
        _ => errno.ToString(),
    };

    private string Number(string text) => string.Create(CultureInfo.InvariantCulture, $"{text} {Detail}");
}
