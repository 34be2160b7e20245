using System.Text;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Runtime.Checks;

namespace Holdfast.Runtime.Tests.Checks;

public sealed class PageFetchTests
{
    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhello", "hello", "5d41402abc4b2a76b9719d911017c592")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more", "hello",
        "5d41402abc4b2a76b9719d911017c592")]
    [InlineData("HTTP/1.1 204 No\r\n\r\n", "", "d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("no http\r\n", "", "")]
    public void Run_Answer_HasItsBodyAndDigest(string answer, string body, string digest) => CheckBed.Run(_ =>
    {
        using ScriptedServer server = ScriptedServer.Answering(answer);
        FetchedPage page = PageFetch.Run(Request(server.Port));
        Assert.True(page.IsConnected);
        Assert.Equal(body, string.Concat(page.Body.Select(Encoding.ASCII.GetString)));
        Assert.Equal(digest, Convert.ToHexStringLower([.. page.Digest]));
    });

    [Fact]
    public void Run_NobodyThere_IsNotConnected() => CheckBed.Run(static _ =>
        Assert.False(PageFetch.Run(Request(81)).IsConnected));

    [Fact]
    public void Run_ServerIsSilent_EndsInTime() => CheckBed.Run(static _ =>
    {
        using var server = new ScriptedServer(static client =>
        {
            ScriptedServer.ReadHead(client);
            ScriptedServer.ReadHead(client); // until the client has gone
        });
        FetchedPage page = PageFetch.Run(Request(server.Port) with { Timeout = TimeSpan.FromSeconds(0.2) });
        Assert.True(page.IsConnected);
        Assert.Empty(page.Digest);
        Assert.True(page.Took >= TimeSpan.FromSeconds(0.2));
    });

    private static PageRequest Request(int port) => new(new ProbeTarget(IpAddress.V4(127, 0, 0, 1), port),
        "GET / HTTP/1.0\r\n\r\n", IsTls: false, null, TimeSpan.FromSeconds(5));
}
