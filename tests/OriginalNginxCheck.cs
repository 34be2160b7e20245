using System.Diagnostics;

namespace Holdfast.Tests.Repository;

/// <summary>What the real nginx (Debian package nginx) says of files: <c>nginx -t</c>.</summary>
internal static class OriginalNginxCheck
{
    /// <summary>Directives that both sides get on the command line, so that nothing is written elsewhere.</summary>
    internal const string GlobalDirectives = "pid nginx.pid;";

    /// <summary>Runs one command line, in a network namespace of its own.</summary>
    internal static (int Code, string Output, string Error) Ask(IEnumerable<string> words)
    {
        Assert.True(OriginalDaemon.Install("nginx", "/usr/sbin/nginx"), "the package nginx cannot be installed");
        using Process process = Process.Start(new ProcessStartInfo(
            "timeout", ["60", "unshare", "-n", "/usr/sbin/nginx", .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    /// <summary>Asks it about many configurations, in a network namespace of their own.</summary>
    /// <param name="directories">Directories with an nginx.conf each; they are its prefixes, too.</param>
    /// <returns>The lines that it wrote about each.</returns>
    internal static IReadOnlyList<string[]> Run(IReadOnlyList<string> directories)
    {
        Assert.True(OriginalDaemon.Install("nginx", "/usr/sbin/nginx"), "the package nginx cannot be installed");
        const string Script = """
            while IFS= read -r d; do
              timeout 20 /usr/sbin/nginx -t -p "$d/" -c "$d/nginx.conf" -e "$d/log" -g "$0" 2> "$d/said" < /dev/null
              echo $? > "$d/code"
            done
            """;
        using Process process = Process.Start(new ProcessStartInfo(
            "timeout", ["600", "unshare", "-n", "bash", "-c", Script, GlobalDirectives])
        {
            RedirectStandardInput = true,
        })!;
        foreach (string directory in directories)
        {
            process.StandardInput.WriteLine(directory);
        }
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return [.. directories.Select(static d => File.ReadAllLines(Path.Combine(d, "said")))];
    }
}
