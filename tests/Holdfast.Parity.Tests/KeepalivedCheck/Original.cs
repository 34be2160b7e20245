using System.Diagnostics;
using System.Globalization;

namespace Holdfast.Parity.Tests.KeepalivedCheck;

/// <summary>What the original said about a file.</summary>
internal sealed record OriginalVerdict(int ExitCode, string Output);

/// <summary>
/// Runs <c>keepalived -t</c> over a directory, two files at a time, in a network namespace of its own that has eth0
/// and eth1. The namespace ends with the process, whatever happens.
/// </summary>
internal static class Original
{
    private const string Script = """
        ip link add eth0 type veth peer name peer0
        ip link add eth1 type veth peer name peer1
        for i in lo eth0 peer0 eth1 peer1; do ip link set "$i" up; done
        ip address add 192.168.1.10/24 dev eth0
        ip address add 10.9.0.10/24 dev eth1
        cd "$1"
        ls *.conf | xargs -P 2 -I{} sh -c 'timeout 2 keepalived -t -f {} >{}.out 2>&1; echo $? >{}.code'
        """;

    public static Dictionary<string, OriginalVerdict> Check(string directory)
    {
        var start = new ProcessStartInfo("unshare") { RedirectStandardError = true };
        foreach (string argument in (string[])["-n", "sh", "-c", Script, "sh", directory])
        {
            start.ArgumentList.Add(argument);
        }
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        if (!process.WaitForExit(TimeSpan.FromSeconds(90)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException("keepalived took longer than 90 s");
        }
        var verdicts = new Dictionary<string, OriginalVerdict>(StringComparer.Ordinal);
        foreach (string file in Directory.GetFiles(directory, "*.conf"))
        {
            int code = int.Parse(File.ReadAllText(file + ".code"), CultureInfo.InvariantCulture);
            verdicts[file] = new OriginalVerdict(code, File.ReadAllText(file + ".out"));
        }
        return verdicts.Values.Any(static v => v.ExitCode == 127)
            ? throw new FileNotFoundException("keepalived 2.2.7 is needed: apt-get install keepalived. " + errors)
            : verdicts;
    }
}
