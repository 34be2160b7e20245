using Holdfast.Tests.Repository;

namespace Holdfast.Proxy.Tests.Checks.Original;

/// <summary>The real haproxy with a file, and its statistics.</summary>
internal sealed class OriginalProxy : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hf-checks");
    private readonly OriginalHaproxy _original;

    /// <summary>Starts it; "@SOCKET@" in the file is the path of its statistics socket.</summary>
    internal OriginalProxy(string configuration)
    {
        string file = Path.Combine(_directory.FullName, "c.cfg");
        File.WriteAllText(file, configuration.Replace("@SOCKET@", SocketPath, StringComparison.Ordinal));
        _original = new OriginalHaproxy(file);
        _original.WaitUntil(() => OriginalHaproxy.TryAsk(SocketPath, "show version\n") is { Length: > 1 });
    }

    private string SocketPath => Path.Combine(_directory.FullName, "s");

    /// <summary>The answer to a command of the runtime API.</summary>
    internal string Ask(string command) => OriginalHaproxy.Ask(SocketPath, command + "\n");

    /// <summary>A column of <c>show stat</c> for the server "s" of each backend.</summary>
    internal Dictionary<string, string> Column(string name)
    {
        string[] lines = Ask("show stat").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int index = Array.IndexOf(lines[0].TrimStart('#', ' ').Split(','), name);
        return lines.Skip(1).Select(static line => line.Split(',')).Where(static row => row[1] == "s")
            .ToDictionary(static row => row[0], row => row[index]);
    }

    public void Dispose()
    {
        _original.Dispose();
        _directory.Delete(recursive: true);
    }
}
