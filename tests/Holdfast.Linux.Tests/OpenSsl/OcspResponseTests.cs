using System.Diagnostics;
using Holdfast.Linux.OpenSsl;

namespace Holdfast.Linux.Tests.OpenSsl;

/// <summary>Answers of authorities, as openssl makes them.</summary>
public sealed class OcspResponseTests : IDisposable
{
    private const string Script = """
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out crt -days 9 -subj /CN=a
        serial=$(openssl x509 -in crt -noout -serial | cut -d= -f2)
        printf 'V\t491231235959Z\t\t%s\tunknown\t/CN=a\n' "$serial" > index
        openssl ocsp -issuer crt -serial 0x$serial -reqout request
        openssl ocsp -index index -rsigner crt -rkey key -CA crt -reqin request -respout long -ndays 1
        openssl ocsp -index index -rsigner crt -rkey key -CA crt -reqin request -respout short -nmin 4
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("hfo-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void TryRead_KnowsUntilWhenAnAnswerIsSent()
    {
        long before = MonotonicClock.RealtimeNanoseconds / 1_000_000_000;
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-ec", "exec 2>&1\n" + Script])
        {
            WorkingDirectory = _directory, RedirectStandardOutput = true,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        long after = MonotonicClock.RealtimeNanoseconds / 1_000_000_000;

        Assert.True(OcspResponse.TryRead(File.ReadAllBytes(Path.Combine(_directory, "long")), out long until));
        Assert.InRange(until, before + 86_400 - 300, after + 86_400 - 300);
        // Four minutes are less than what clocks may differ by: it is over already.
        Assert.True(OcspResponse.TryRead(File.ReadAllBytes(Path.Combine(_directory, "short")), out until));
        Assert.InRange(until, before - 60, after - 60);
        Assert.False(OcspResponse.TryRead([1, 2, 3], out _));
    }
}
