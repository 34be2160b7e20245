namespace Holdfast.Config.Keepalived;

/// <summary>How <c>keepalived -t</c> counts a finding; decides its exit code.</summary>
public enum OriginalClass : byte
{
    /// <summary>The original says nothing: 0.</summary>
    Silent,

    /// <summary>An error, warning or deprecation of the original: 5.</summary>
    ConfigError,

    /// <summary>The original cannot run: 4.</summary>
    CannotRun,

    /// <summary>Script security, or an include check that failed: 6.</summary>
    Security,

    /// <summary>A parameter is missing; the original leaves at once: 2.</summary>
    MissingParameter,
}
