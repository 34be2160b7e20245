namespace Holdfast.Config.Text;

/// <summary>Files that exist only in memory: for tests, and for texts that are not on a disk.</summary>
public sealed class MemoryConfigFiles : IConfigFiles
{
    private readonly Dictionary<string, ConfigFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string HostName { get; init; } = "localhost";

    /// <inheritdoc/>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>One file with one text.</summary>
    public static MemoryConfigFiles Of(string path, string text) => new MemoryConfigFiles().Add(path, text);

    /// <summary>Adds or replaces a file.</summary>
    /// <returns>This object.</returns>
    public MemoryConfigFiles Add(string path, string text) => Add(path, new ConfigFile(ConfigFileStatus.Read, text));

    /// <summary>Adds or replaces a file that perhaps cannot be read.</summary>
    /// <returns>This object.</returns>
    public MemoryConfigFiles Add(string path, ConfigFile file)
    {
        _files[PathText.Normalize(WorkingDirectory, path)] = file;
        return this;
    }

    /// <summary>Sets an environment variable.</summary>
    /// <returns>This object.</returns>
    public MemoryConfigFiles SetEnvironment(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    /// <inheritdoc/>
    public ConfigFile Read(string path)
    {
        string full = PathText.Normalize(WorkingDirectory, path);
        if (_files.TryGetValue(full, out ConfigFile file))
        {
            return file;
        }
        bool isDirectory = List(full).Count > 0;
        return new ConfigFile(isDirectory ? ConfigFileStatus.NotAFile : ConfigFileStatus.Missing, "");
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory)
    {
        string full = PathText.Normalize(WorkingDirectory, directory);
        string prefix = full == "/" ? full : full + "/";
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string path in _files.Keys)
        {
            if (path.StartsWith(prefix, StringComparison.Ordinal))
            {
                int slash = path.IndexOf('/', prefix.Length);
                names.Add(slash < 0 ? path[prefix.Length..] : path[prefix.Length..slash]);
            }
        }
        return [.. names];
    }

    /// <inheritdoc/>
    public string? GetEnvironment(string name) => _environment.GetValueOrDefault(name);
}
