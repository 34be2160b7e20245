namespace Holdfast.UserMode.Tests.Lives;

/// <summary>What a checker of a <see cref="ServerDraft"/> looks at.</summary>
internal enum TargetKind
{
    /// <summary>A port that answers TCP and HTTP.</summary>
    Tcp,

    /// <summary>A port that answers TCP, with wrong pages while it is bad.</summary>
    Http,

    /// <summary>A mail server.</summary>
    Smtp,

    /// <summary>A UDP port that answers.</summary>
    Udp,

    /// <summary>A name server.</summary>
    Dns,

    /// <summary>The exit code of a script: 0 or 1, with misc_dynamic also a weight.</summary>
    Script,

    /// <summary>The number in a file.</summary>
    File,

    /// <summary>An address, which always answers.</summary>
    Ping,
}

/// <summary>One checker.</summary>
internal sealed class CheckerDraft(TargetKind kind, string target, string text)
{
    internal TargetKind Kind { get; } = kind;

    /// <summary>"ADDRESS PORT", or the name of a file.</summary>
    internal string Target { get; } = target;

    /// <summary>The block.</summary>
    internal string Text { get; } = text;

    /// <summary>Whether exit codes and numbers are weights.</summary>
    internal bool IsWeight { get; init; }

    internal bool IsBad { get; set; }
}

/// <summary>One real server; each has an address of its own, by which lines of FIFOs are told apart.</summary>
internal sealed class ServerDraft(string address, string port)
{
    internal string Address { get; } = address;

    internal string Port { get; } = port;

    internal long Weight { get; set; } = 1;

    /// <summary>Further keywords, each by its name.</summary>
    internal SortedDictionary<string, string> Keywords { get; } = new(StringComparer.Ordinal);

    internal List<CheckerDraft> Checkers { get; } = [];

    internal bool IsUp => !Checkers.Exists(static c => c.IsBad);
}

/// <summary>One virtual server.</summary>
internal sealed class ServiceDraft(int number, string header)
{
    /// <summary>Part of all of its addresses.</summary>
    internal int Number { get; } = number;

    /// <summary>What follows <c>virtual_server</c>.</summary>
    internal string Header { get; } = header;

    /// <summary>The block of its group; empty without one.</summary>
    internal string Group { get; set; } = "";

    internal bool IsV6 { get; init; }

    internal bool IsMark { get; init; }

    /// <summary>Whether it is for every port.</summary>
    internal bool IsEveryPort { get; init; }

    /// <summary>Whether its entries have different ports, or none, so that only NAT will do.</summary>
    internal bool ChangesPort { get; init; }

    internal string Protocol { get; init; } = "TCP";

    internal string Method { get; set; } = "NAT";

    internal string Scheduler { get; set; } = "rr";

    internal bool Alpha { get; init; }

    internal long Quorum { get; set; } = 1;

    internal long Hysteresis { get; set; }

    /// <summary>Lines of the sorry server; empty without one.</summary>
    internal string Sorry { get; set; } = "";

    /// <summary>Further keywords, each by its name, after the scheduler.</summary>
    internal SortedDictionary<string, string> Keywords { get; } = new(StringComparer.Ordinal);

    internal List<ServerDraft> Servers { get; } = [];
}
