using System.Net.Sockets;
using System.Text;
using Holdfast.Proxy.Options;

namespace Holdfast.Web.Tests.Streams;

/// <summary>Many sessions on several loops, some of which are broken off at any moment.</summary>
public sealed class CrowdTests
{
    private const int Clients = 300;
    private const int Crowd = 16;

    [Theory]
    [ClassData(typeof(Transports))]
    public async Task Sessions_ThatAreBrokenOff_LeaveNothingBehind(TransportChoice transport)
    {
        DirectoryInfo origins = Directory.CreateTempSubdirectory("hf-origin");
        using StreamOrigin origin = new(Path.Combine(origins.FullName, "a"), "");
        using StreamSide side = new("""
            log_format l '$status $bytes_received $bytes_sent';
            access_log @S@/access.log l;
            limit_conn_zone $protocol zone=z:32k;
            upstream u { zone u 64k; server unix:@O@/a max_conns=400; server unix:@S@/none; }
            server { listen unix:@S@/s; limit_conn z 400; proxy_pass u; proxy_next_upstream_tries 2; }
            server { listen unix:@S@/one; limit_conn z 1; return "$limit_conn_status"; }
            """, origins.FullName, transport, threads: 2);
        CancellationToken cancel = TestContext.Current.CancellationToken;
        // Threads of their own: those of the pool answer.
        await Task.WhenAll(Enumerable.Range(0, Crowd).Select(first => Task.Factory.StartNew(
            () =>
            {
                for (int number = first; number < Clients; number += Crowd)
                {
                    Talk(side, number);
                }
            }, cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        long start = TimeProvider.System.GetTimestamp();
        while (side.ClientCount > 0 && TimeProvider.System.GetElapsedTime(start) < StreamSide.Patience)
        {
            await Task.Yield();
        }
        Assert.Equal(0, side.ClientCount);
        Assert.Equal(Clients, side.Lines("access.log", Clients).Length);
        Assert.Null(side.Failure);
        using Socket last = side.Connect("one");
        Assert.Equal("PASSED", StreamPair.ReadAll(last)); // everybody was counted out again
        origins.Delete(recursive: true);
    }

    private static void Talk(StreamSide side, int number)
    {
        using Socket client = side.Connect("s");
        string text = new((char)('a' + (number % 26)), 1 + (number * 977 % 60_000));
        client.Send(Encoding.ASCII.GetBytes(text));
        if (number % 3 == 0)
        {
            return; // without reading what comes
        }
        Assert.Equal(text, StreamPair.Read(client, text.Length));
        if (number % 3 == 1)
        {
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal("", StreamPair.ReadAll(client));
        }
    }
}
