using System.Diagnostics;
using System.Globalization;

namespace Holdfast.Parity.Tests.HAProxyCheck;

/// <summary>What the original said about a file.</summary>
internal sealed record OriginalVerdict(int ExitCode, string Output);

/// <summary>Runs <c>haproxy -c</c> over a directory, two files at a time; nothing is bound by it.</summary>
internal static class Original
{
    private const string Script = """
        cd "$1"
        ls | grep '\.cfg$' | xargs -P 2 -I{} sh -c 'timeout 5 haproxy -c -f {} >{}.out 2>&1; echo $? >{}.code'
        """;

    public static Dictionary<string, OriginalVerdict> Check(string directory)
    {
        Run("sh", "-c", Script, "sh", directory);
        var verdicts = new Dictionary<string, OriginalVerdict>(StringComparer.Ordinal);
        foreach (string file in Directory.GetFiles(directory, "*.cfg").Order(StringComparer.Ordinal))
        {
            int code = int.Parse(File.ReadAllText(file + ".code"), CultureInfo.InvariantCulture);
            verdicts[file] = new OriginalVerdict(code, File.ReadAllText(file + ".out"));
        }
        return verdicts.Values.Any(static v => v.ExitCode == 127)
            ? throw new FileNotFoundException("haproxy 2.6 is needed: apt-get install haproxy") : verdicts;
    }

    /// <summary>All words that the original has registered.</summary>
    public static string[] Keywords()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "global\n");
            return Run("haproxy", "-dKall", "-c", "-q", "-f", file).Split('\n');
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} took longer than five minutes");
        }
        return output;
    }
}
