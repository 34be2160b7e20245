namespace Holdfast.Management.Cli;

/// <summary>What a connection to the stats socket may do; each level includes those before it.</summary>
public enum CliLevel : byte
{
    /// <summary>Looks at what is no secret.</summary>
    User,

    /// <summary>Looks at everything, and clears maxima.</summary>
    Operator,

    /// <summary>Changes what is running.</summary>
    Admin,
}

/// <summary>What must have been said on a connection before a command is taken.</summary>
public enum CliMode : byte
{
    /// <summary>Nothing.</summary>
    Normal,

    /// <summary><c>experimental-mode on</c>.</summary>
    Experimental,

    /// <summary><c>expert-mode on</c>.</summary>
    Expert,
}

/// <summary>How an answer tells how grave it is (<c>set severity-output</c>).</summary>
public enum SeverityOutput : byte
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By syslog's number: <c>[3]: </c>.</summary>
    Number,

    /// <summary>By name: <c>[err]: </c>.</summary>
    Text,
}
