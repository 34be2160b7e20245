namespace Holdfast.Http.ProxyProtocol;

/// <summary>Why a PROXY protocol header is refused; the connection is closed without an answer.</summary>
public enum ProxyError : byte
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>The bytes begin with neither signature.</summary>
    NoSignature,

    /// <summary>Version 1: not ended by CR LF within 107 bytes.</summary>
    LineTooLong,

    /// <summary>Version 1: the line does not have the form of one.</summary>
    BadLine,

    /// <summary>An address that is none, or of another family than said.</summary>
    BadAddress,

    /// <summary>A port that is no number up to 65535, or has a leading zero.</summary>
    BadPort,

    /// <summary>Version 2: the version is not 2.</summary>
    BadVersion,

    /// <summary>Version 2: the command is neither LOCAL nor PROXY.</summary>
    BadCommand,

    /// <summary>Version 2: an unknown family or transport.</summary>
    BadFamily,

    /// <summary>Version 2: shorter than its addresses are.</summary>
    TooShort,

    /// <summary>Version 2: longer than the bound.</summary>
    TooLong,

    /// <summary>Version 2: a TLV is longer than what is left.</summary>
    BadTlv,

    /// <summary>Version 2: its CRC32C is wrong.</summary>
    BadChecksum,
}

/// <summary>How far the parser came.</summary>
/// <param name="IsComplete">Whether the header is all there, and right.</param>
/// <param name="Consumed">Bytes of the header, when complete.</param>
/// <param name="Error">Why it is refused; when none and not complete, more bytes are needed.</param>
public readonly record struct ProxyResult(bool IsComplete, int Consumed, ProxyError Error)
{
    internal static ProxyResult NeedMore => default;

    internal static ProxyResult Refused(ProxyError error) => new(false, 0, error);
}
