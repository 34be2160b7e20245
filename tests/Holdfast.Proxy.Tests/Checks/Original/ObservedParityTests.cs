using System.Net.Sockets;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Tests.Checks.Original;

/// <summary>Servers that are judged by what clients get, in haproxy 2.6.12 and here.</summary>
public sealed class ObservedParityTests
{
    private const string Check = @"<\r\n\r\n|>HTTP/1.0 200 OK\r\n\r\n|.";
    private const string Failing = Check + @"&<\r\n\r\n|>HTTP/1.0 500 X\r\nContent-Length: 0\r\n\r\n|.";

    private static readonly string[] s_http = ["mode http", "option httpchk", "retries 0", "timeout server 2s"];

    private static CheckCase[] Cases =>
    [
        Observed("o_status", "layer7", Failing),
        Observed("o_mark", "layer7 on-error mark-down", Failing) with { LineCount = 4 },
        Observed("o_sudden", "layer7 on-error sudden-death", Failing),
        Observed("o_junk", "layer7", Check + @"&<\r\n\r\n|>junkjunk\r\n\r\n|."),
        Observed("o_empty", "layer7", Check + @"&<\r\n\r\n|."),
        Observed("o_silent", "layer7", Check + "&"),
        Observed("o_refused", "layer4", Check) with
        {
            Server = "127.0.0.1:1 check port @PORT@ inter 60s observe layer4 error-limit 3",
        },
    ];

    [Theory]
    [ClassData(typeof(Transports))]
    public void Errors_OfTraffic_AreSaidAsTheOriginalSays(TransportChoice transport)
    {
        CheckCase[] cases = Cases;
        using var theirs = new CheckSide(cases);
        using var ours = new CheckSide(cases);
        using var original = new OriginalProxy(theirs.Configuration);
        using ProxyEngine engine = CheckSide.Start(ours.Configuration, transport);
        Assert.True(SpinWait.SpinUntil(() => Array.TrueForAll(cases,
            one => theirs.LinesOf(one).Length > 0 && ours.LinesOf(one).Length > 0), TestProxy.Patience));

        foreach (CheckCase one in cases)
        {
            Ask(theirs.PlaceOf(one));
            Ask(ours.PlaceOf(one));
        }

        Assert.True(SpinWait.SpinUntil(() => theirs.IsComplete && ours.IsComplete, TestProxy.Patience),
            $"not every server has said enough: {theirs.Missing} and ours: {ours.Missing}");
        Assert.All(cases, one => Assert.Equal(theirs.LinesOf(one), ours.LinesOf(one)));
    }

    private static CheckCase Observed(string name, string how, string peer) => new(name, s_http, peer)
    {
        IsListen = true,
        LineCount = 2,
        Server = $"127.0.0.1:@PORT@ check inter 60s error-limit 3 observe {how}",
    };

    private static void Ask(string place)
    {
        for (int i = 0; i < 3; i++)
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.ReceiveTimeout = socket.SendTimeout = (int)TestProxy.Patience.TotalMilliseconds;
            socket.Connect(new UnixDomainSocketEndPoint(place));
            socket.SendText("GET / HTTP/1.0\r\n\r\n");
            Assert.StartsWith("HTTP/1", socket.ReceiveAll(), StringComparison.Ordinal);
        }
    }
}
