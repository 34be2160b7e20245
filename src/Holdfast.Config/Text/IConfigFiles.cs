namespace Holdfast.Config.Text;

/// <summary>What became of an attempt to read a file.</summary>
public enum ConfigFileStatus : byte
{
    /// <summary>The text was read.</summary>
    Read,

    /// <summary>There is no such file.</summary>
    Missing,

    /// <summary>It exists and may not be read.</summary>
    Unreadable,

    /// <summary>It is a directory or another thing that holds no text.</summary>
    NotAFile,

    /// <summary>A regular file with an execute bit: keepalived takes it for a script and skips it.</summary>
    Executable,

    /// <summary>It is larger than the reader allows.</summary>
    TooLarge,
}

/// <summary>A file that was asked for.</summary>
/// <param name="Status">Whether there is a text.</param>
/// <param name="Text">The text, decoded as UTF-8; empty unless <see cref="ConfigFileStatus.Read"/>.</param>
public readonly record struct ConfigFile(ConfigFileStatus Status, string Text);

/// <summary>
/// All that a configuration parser may learn of the world. The shell implements it over the real file system, a
/// <see cref="ConfigSnapshot"/> over what a former run has read, and tests over memory.
/// </summary>
public interface IConfigFiles
{
    /// <summary>The host name up to the first dot; the configuration id unless <c>-i</c> is given.</summary>
    string HostName { get; }

    /// <summary>The working directory, an absolute path; relative paths are looked up there.</summary>
    string WorkingDirectory { get; }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">An absolute path, or one that is relative to <see cref="WorkingDirectory"/>.</param>
    ConfigFile Read(string path);

    /// <summary>Reads a whole file that may be a script: one with an execute bit is read like any other.</summary>
    /// <param name="path">As for <see cref="Read"/>.</param>
    ConfigFile ReadScript(string path) => Read(path);

    /// <summary>Names (not paths) of a directory's entries, in any order; empty when it cannot be listed.</summary>
    /// <param name="directory">As for <see cref="Read"/>.</param>
    IReadOnlyList<string> List(string directory);

    /// <summary>An environment variable; null when it is not set.</summary>
    string? GetEnvironment(string name);
}
