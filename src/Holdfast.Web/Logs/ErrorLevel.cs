namespace Holdfast.Web.Logs;

/// <summary>How grave a line of an error log is; the numbers are those of syslog, debug last.</summary>
public enum ErrorLevel : byte
{
    /// <summary>The program cannot go on.</summary>
    Emerg = 1,

    /// <summary>Something that must not happen.</summary>
    Alert,

    /// <summary>Something of the host: a disk, a socket.</summary>
    Crit,

    /// <summary>A request that failed.</summary>
    Error,

    /// <summary>Something that one may want to change.</summary>
    Warn,

    /// <summary>The life of the program.</summary>
    Notice,

    /// <summary>What clients do.</summary>
    Info,

    /// <summary>Everything.</summary>
    Debug,
}

/// <summary>Names of levels, as directives and lines have them.</summary>
public static class ErrorLevels
{
    /// <summary>The name of a level.</summary>
    public static string NameOf(ErrorLevel level) => level switch
    {
        ErrorLevel.Emerg => "emerg",
        ErrorLevel.Alert => "alert",
        ErrorLevel.Crit => "crit",
        ErrorLevel.Error => "error",
        ErrorLevel.Warn => "warn",
        ErrorLevel.Notice => "notice",
        ErrorLevel.Info => "info",
        _ => "debug",
    };

    /// <summary>The level of a name; error when there is none.</summary>
    public static ErrorLevel Of(string name) => name switch
    {
        "emerg" => ErrorLevel.Emerg,
        "alert" => ErrorLevel.Alert,
        "crit" => ErrorLevel.Crit,
        "warn" => ErrorLevel.Warn,
        "notice" => ErrorLevel.Notice,
        "info" => ErrorLevel.Info,
        "debug" => ErrorLevel.Debug,
        _ => ErrorLevel.Error,
    };
}
