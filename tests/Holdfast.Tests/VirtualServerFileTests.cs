using Holdfast.Config.Keepalived;
using Holdfast.Primitives;
using Holdfast.Runtime.Vrrp;

namespace Holdfast.Tests;

/// <summary>Files with virtual servers, as the executable reads them.</summary>
public sealed class VirtualServerFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Theory]
    [InlineData("a(b", "missing closing parenthesis")]
    [InlineData("[z-a]", "range out of order")]
    public void Regex_CannotBeCompiled_IsAnErrorAtItsPlace(string regex, string problem)
    {
        Write($"HTTP_GET {{\nurl {{\npath /\nregex \"{regex}\"\n}}\n}}");
        Diagnostic finding = Assert.Single(KeepalivedLoader.Parse(_path, new()).Diagnostics);
        Assert.Equal(("KA0427", Severity.Error, 9), (finding.Code, finding.Severity, finding.Span.Line));
        Assert.Contains(problem, finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Regex_CanBeCompiled_IsNoFinding()
    {
        Write("HTTP_GET {\nurl {\npath /\nregex \"^a.*b$\"\n}\n}");
        Assert.Empty(KeepalivedLoader.Parse(_path, new()).Diagnostics);
    }

    [Theory]
    [InlineData(DaemonParts.All, 1, 1)]
    [InlineData(DaemonParts.Vrrp, 1, 0)]
    [InlineData(DaemonParts.Checks, 0, 1)]
    public void Parts_AreTheSameInASnapshot(DaemonParts parts, int instances, int servers)
    {
        Write("TCP_CHECK {\n}",
            "vrrp_instance V {\ninterface lo\nvirtual_router_id 1\nvirtual_ipaddress {\n10.0.0.1\n}\n}");
        var options = new KeepalivedParseOptions { Parts = parts };
        KeepalivedParseResult read = KeepalivedLoader.Parse(_path, options);
        byte[] snapshot = KeepalivedSnapshot.Write(_path, options, read.Snapshot);
        foreach (KeepalivedParseResult result in (KeepalivedParseResult[])[read, KeepalivedSnapshot.Parse(snapshot)])
        {
            Assert.Equal((instances, servers), (result.Model.Instances.Length, result.Model.VirtualServerCount));
        }
        // The program before wrote no parts, and no files of rules, whose number has four bytes: all of it ran.
        Assert.Equal(DaemonParts.All, KeepalivedSnapshot.Read(snapshot[..^5]).Options.Parts);
    }

    public void Dispose() => File.Delete(_path);

    private void Write(string checker, string more = "")
        => File.WriteAllText(_path, "virtual_server 10.0.0.1 80 {\nprotocol TCP\nlvs_sched rr\nlvs_method NAT\n"
            + $"real_server 10.0.0.2 80 {{\n{checker}\n}}\n}}\n{more}\n");
}
