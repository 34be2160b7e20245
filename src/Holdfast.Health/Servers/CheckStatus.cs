namespace Holdfast.Health.Servers;

/// <summary>What a check has found, by the names that HAProxy's statistics and logs use.</summary>
public enum CheckStatus : byte
{
    /// <summary>UNK: nothing is known.</summary>
    Unknown,

    /// <summary>INI: no result yet.</summary>
    Initializing,

    /// <summary>CHECKED: an agent answered, and said nothing of the server's state.</summary>
    Checked,

    /// <summary>HANA: too many errors in traffic.</summary>
    Analyzed,

    /// <summary>SOCKERR: the connection broke.</summary>
    SocketError,

    /// <summary>L4OK: connected, and nothing more was asked for.</summary>
    L4Ok,

    /// <summary>L4TOUT: not connected in time.</summary>
    L4Timeout,

    /// <summary>L4CON: refused, unreachable, and the like.</summary>
    L4Connection,

    /// <summary>L6OK: the TLS handshake is done.</summary>
    L6Ok,

    /// <summary>L6TOUT: no handshake in time.</summary>
    L6Timeout,

    /// <summary>L6RSP: no TLS.</summary>
    L6Response,

    /// <summary>L7TOUT: no answer in time.</summary>
    L7Timeout,

    /// <summary>L7RSP: an answer that is not what the protocol allows, or not what was expected.</summary>
    L7Response,

    /// <summary>L7OK: the answer that was expected.</summary>
    L7Ok,

    /// <summary>L7OKC: it answers, but wants no new work.</summary>
    L7OkConditionally,

    /// <summary>L7STS: the answer is an error.</summary>
    L7Status,

    /// <summary>PROCERR: the program failed.</summary>
    ProcessError,

    /// <summary>PROCTOUT: the program did not end in time.</summary>
    ProcessTimeout,

    /// <summary>PROCOK: the program succeeded.</summary>
    ProcessOk,
}

/// <summary>What follows for the server.</summary>
public enum CheckVerdict : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It works.</summary>
    Passed,

    /// <summary>It works, but wants no new work.</summary>
    PassedConditionally,

    /// <summary>It does not work.</summary>
    Failed,
}

/// <summary>Names and meanings of <see cref="CheckStatus"/>.</summary>
public static class CheckStatusNames
{
    private static readonly (string Code, string Description, CheckVerdict Verdict, bool HasCode)[] s_rows =
    [
        ("UNK", "Unknown", CheckVerdict.None, false),
        ("INI", "Initializing", CheckVerdict.None, false),
        ("CHECKED", "No status change", CheckVerdict.None, false),
        ("HANA", "Health analyze", CheckVerdict.Failed, false),
        ("SOCKERR", "Socket error", CheckVerdict.Failed, false),
        ("L4OK", "Layer4 check passed", CheckVerdict.Passed, false),
        ("L4TOUT", "Layer4 timeout", CheckVerdict.Failed, false),
        ("L4CON", "Layer4 connection problem", CheckVerdict.Failed, false),
        ("L6OK", "Layer6 check passed", CheckVerdict.Passed, false),
        ("L6TOUT", "Layer6 timeout", CheckVerdict.Failed, false),
        ("L6RSP", "Layer6 invalid response", CheckVerdict.Failed, false),
        ("L7TOUT", "Layer7 timeout", CheckVerdict.Failed, false),
        ("L7RSP", "Layer7 invalid response", CheckVerdict.Failed, false),
        ("L7OK", "Layer7 check passed", CheckVerdict.Passed, true),
        ("L7OKC", "Layer7 check conditionally passed", CheckVerdict.PassedConditionally, true),
        ("L7STS", "Layer7 wrong status", CheckVerdict.Failed, true),
        ("PROCERR", "External check error", CheckVerdict.Failed, true),
        ("PROCTOUT", "External check timeout", CheckVerdict.Failed, true),
        ("PROCOK", "External check passed", CheckVerdict.Passed, true),
    ];

    /// <summary>The short name, such as "L7OK".</summary>
    public static string Code(this CheckStatus status) => s_rows[(int)status].Code;

    /// <summary>The name for people, such as "Layer7 check passed".</summary>
    public static string Description(this CheckStatus status) => s_rows[(int)status].Description;

    /// <summary>What follows for the server.</summary>
    public static CheckVerdict Verdict(this CheckStatus status) => s_rows[(int)status].Verdict;

    /// <summary>Whether <see cref="CheckResult.Number"/> means something.</summary>
    public static bool HasNumber(this CheckStatus status) => s_rows[(int)status].HasCode;

    /// <summary>The status of a short name; null: there is none.</summary>
    public static CheckStatus? Find(string code)
    {
        int index = Array.FindIndex(s_rows, row => row.Code == code);
        return index < 0 ? null : (CheckStatus)index;
    }
}
