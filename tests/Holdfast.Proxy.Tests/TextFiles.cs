using Holdfast.Config.Text;

namespace Holdfast.Proxy.Tests;

/// <summary>One text as test.cfg; what else it names is read from disk.</summary>
internal sealed class TextFiles(string text) : IConfigFiles
{
    public string HostName => "host";

    public string WorkingDirectory => "/";

    public ConfigFile Read(string path) => path == "/test.cfg" || path == "test.cfg" ? new(ConfigFileStatus.Read, text)
        : File.Exists(path) ? new(ConfigFileStatus.Read, File.ReadAllText(path)) : new(ConfigFileStatus.Missing, "");

    public IReadOnlyList<string> List(string directory) => [];

    public string? GetEnvironment(string name) => null;
}
