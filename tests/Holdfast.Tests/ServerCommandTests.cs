using System.Text.Json;
using System.Text.RegularExpressions;

namespace Holdfast.Tests;

/// <summary><c>holdfast status</c> and <c>holdfast explain server</c> of a daemon with virtual servers.</summary>
/// <remarks>Its network has nothing, not even a loopback that is up: every check fails at once.</remarks>
public sealed partial class ServerCommandTests : IDisposable
{
    private const string Config = """
        virtual_server 10.0.0.1 80 {
            lvs_sched rr
            lvs_method NAT
            protocol TCP
            delay_loop 1
            warmup 0
            sorry_server 10.0.0.99 80
            real_server 10.0.0.11 80 {
                weight 2
                TCP_CHECK {
                    retry 1
                    delay_before_retry 0.1
                }
            }
            real_server 10.0.0.12 80 {
            }
        }
        """;

    private readonly RunningDaemon _daemon = new(Config);

    [Fact]
    public void Status_And_Explain_SayWhyAServerIsDown()
    {
        _daemon.NextTold("READY=1");
        _daemon.Until(() => Status().Contains(" 10.0.0.11:80 down 2 nat", StringComparison.Ordinal),
            "no server went down");
        string status = Status();
        Assert.Contains("\n[10.0.0.1]:tcp:80 up 1 rr ", status, StringComparison.Ordinal);
        Assert.Contains(" 1 of 2 up\n", status, StringComparison.Ordinal);
        Assert.Contains("TCP_CHECK 10.0.0.11:80: network unreachable", status, StringComparison.Ordinal);
        Assert.DoesNotContain("No vrrp_instance is configured", status, StringComparison.Ordinal);

        (int code, string text, _) = _daemon.Ask("explain", "server", "10.0.0.1", "80", "10.0.0.11:80");
        Assert.Equal(0, code);
        Assert.Contains("10.0.0.11:80 of [10.0.0.1]:tcp:80 is down since", text, StringComparison.Ordinal);
        Assert.Contains("keepalived.conf:8), NAT", text, StringComparison.Ordinal);
        Assert.Contains("it is gained from 1 on and lost below 1", text, StringComparison.Ordinal);
        Assert.Contains("every 1 s, each at most 5 s; up with one success", text, StringComparison.Ordinal);
        Assert.Contains("TCP_CHECK 10.0.0.11:80 succeeds  up, weight 2", text, StringComparison.Ordinal);

        (_, text, _) = _daemon.Ask("explain", "server", "[10.0.0.1]:tcp:80", "10.0.0.12");
        Assert.Contains("because   it has no checker: it is always up", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_UnknownServer_NamesTheNearest_JsonHasAll()
    {
        _daemon.NextTold("READY=1");
        (int code, _, string error) = _daemon.Ask("explain", "server", "10.0.0.1:80", "10.0.0.2:80");
        Assert.Equal(1, code);
        Assert.Equal(
            "there is no real_server of [10.0.0.1]:tcp:80 '10.0.0.2:80'; did you mean '10.0.0.12:80'?\n", error);

        _daemon.Until(() => Json("status", "--full").GetProperty("checks").ValueKind == JsonValueKind.Object,
            "the checks did not run");
        JsonElement checks = Json("status", "--full").GetProperty("checks");
        JsonElement service = checks.GetProperty("services")[0];
        Assert.Equal("[10.0.0.1]:tcp:80", service.GetProperty("name").GetString());
        Assert.Equal("10.0.0.99:80", service.GetProperty("sorry_server").GetProperty("address").GetString());
        Assert.Equal("TCP_CHECK",
            service.GetProperty("servers")[0].GetProperty("checkers")[0].GetProperty("kind").GetString());
        Assert.False(Json("explain", "server", "10.0.0.1:80").GetProperty("vrrp").ValueKind == JsonValueKind.Object);
    }

    public void Dispose() => _daemon.Dispose();

    /// <summary>The status, with every gap a single blank.</summary>
    private string Status() => Gaps().Replace(_daemon.Ask("status").Output, " ");

    [GeneratedRegex(" +")]
    private static partial Regex Gaps();

    private JsonElement Json(params string[] arguments)
    {
        (_, string output, string error) = _daemon.Ask([.. arguments, "--json"]);
        Assert.Equal("", error);
        using JsonDocument document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }
}
