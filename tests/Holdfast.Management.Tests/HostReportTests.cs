namespace Holdfast.Management.Tests;

/// <summary>What the process tells of itself.</summary>
public sealed class HostReportTests : IDisposable
{
    private const string Text = """
        defaults
          mode http
          timeout connect 1s
          timeout client 10s
          timeout server 10s
        frontend fe
          bind 127.0.0.1:1
          http-request set-var(proc.seen) path

        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("hfh-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Reports_OfTheHost_NameListenersAndLibraries()
    {
        using var ours = new Ours(_directory, Text);
        Assert.Contains($" {ours.Engine.Listeners[0]} : socket:[", ours.Ask("show fd\n"), StringComparison.Ordinal);
        Assert.Contains("] l.st=RDY fe=fe 127.0.0.1:0\n", ours.Ask("show fd\n"), StringComparison.Ordinal);
        Assert.Single(ours.Ask($"show fd {ours.Engine.Listeners[0]}\n").Trim().Split('\n'));
        Assert.Matches("^0x[0-9a-f]{12}-0x[0-9a-f]{12} \\(0x[0-9a-f]{7,}\\) /.*\n", ours.Ask("show libs\n"));
        Assert.Equal("Variable not found.\n\n", ours.Ask("get var proc.seen\n"));
        Assert.Equal("Missing process-wide variable identifier.\n\n", ours.Ask("get var\n"));
    }
}
