using Holdfast.Config.Text;

namespace Holdfast.Parity.Tests.KeepalivedCheck;

/// <summary>The files that the original reads, too.</summary>
internal sealed class DiskConfigFiles : IConfigFiles
{
    public string HostName => Environment.MachineName;

    public string WorkingDirectory => Environment.CurrentDirectory;

    public ConfigFile Read(string path)
    {
        if (!File.Exists(path))
        {
            return new(Directory.Exists(path) ? ConfigFileStatus.NotAFile : ConfigFileStatus.Missing, "");
        }
        return new(ConfigFileStatus.Read, File.ReadAllText(path));
    }

    public IReadOnlyList<string> List(string directory) => Directory.Exists(directory)
        ? [.. Directory.GetFileSystemEntries(directory).Select(static p => Path.GetFileName(p))] : [];

    public string? GetEnvironment(string name) => Environment.GetEnvironmentVariable(name);
}
