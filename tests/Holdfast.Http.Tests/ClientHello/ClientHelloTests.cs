using System.Net.Security;
using System.Text;
using Holdfast.Http.ClientHello;

namespace Holdfast.Http.Tests.ClientHello;

/// <summary>What is seen in a TLS ClientHello.</summary>
public sealed class ClientHelloTests
{
    [Fact]
    public void Hello_Whole_IsReadAndNoPrefixIs()
    {
        byte[] hello = HelloMaker.Hello(
            HelloMaker.Extension(0x0A0A, []), HelloMaker.ServerName("www.example.org"),
            HelloMaker.Alpn("h2", "http/1.1"), HelloMaker.Versions(0x0A0A, 0x0304, 0x0303),
            HelloMaker.Extension(35, []));

        for (int length = 0; length < hello.Length; length++)
        {
            Assert.Equal(ClientHelloOutcome.NeedMore, ClientHelloParser.Parse(hello.AsSpan(0, length), out _));
        }
        byte[] more = [.. hello, 1, 2, 3];
        Assert.Equal(ClientHelloOutcome.Done, ClientHelloParser.Parse(more, out ClientHelloFacts facts));
        Assert.Equal("www.example.org", Encoding.ASCII.GetString(more[facts.ServerName]));
        Assert.Equal("h2 http/1.1", Names(more, facts));
        Assert.Equal((0x0301, 0x0303, 0x0304), (facts.RecordVersion, facts.LegacyVersion, facts.HighestVersion));
        Assert.Equal(new byte[] { 0x13, 1 }, more[facts.CipherSuites]);
        Assert.True(facts.HasSessionTicket);
    }

    [Fact]
    public void Hello_OfAnOldClient_HasNoExtensions()
    {
        byte[] hello = HelloMaker.Record([3, 1, .. new byte[32], 0, 0, 2, 0, 5, 1, 0]);

        Assert.Equal(ClientHelloOutcome.Done, ClientHelloParser.Parse(hello, out ClientHelloFacts facts));
        Assert.Equal((0x0301, ""), (facts.HighestVersion, Encoding.ASCII.GetString(hello[facts.ServerName])));
    }

    [Fact]
    public async Task Hello_OfTheRuntimesTls_IsRead()
    {
        using var sent = new CapturingStream();
        using var tls = new SslStream(sent);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "real.example.net", ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
        await Assert.ThrowsAnyAsync<IOException>(() => tls.AuthenticateAsClientAsync(
            options, TestContext.Current.CancellationToken));

        byte[] hello = sent.Written;
        Assert.Equal(ClientHelloOutcome.Done, ClientHelloParser.Parse(hello, out ClientHelloFacts facts));
        Assert.Equal("real.example.net", Encoding.ASCII.GetString(hello[facts.ServerName]));
        Assert.Equal("http/1.1", Names(hello, facts));
        Assert.InRange(facts.HighestVersion, 0x0303, 0x0304);
    }

    [Fact]
    public void Hello_SpoiltAnywhere_IsJudgedWithoutFault()
    {
        byte[] hello = HelloMaker.Hello(
            HelloMaker.ServerName("a.example"), HelloMaker.Alpn("h2"), HelloMaker.Versions(0x0304));
        for (int at = 0; at < hello.Length; at++)
        {
            for (int value = 0; value < 256; value++)
            {
                byte[] spoilt = [.. hello];
                spoilt[at] = (byte)value;
                ClientHelloOutcome outcome = ClientHelloParser.Parse(spoilt, out ClientHelloFacts facts);
                if (outcome == ClientHelloOutcome.Done)
                {
                    Assert.InRange(spoilt[facts.ServerName].Length, 0, 30);
                    Assert.InRange(Names(spoilt, facts).Length, 0, 30);
                }
            }
        }
    }

    public static TheoryData<byte[], ClientHelloOutcome> Wrong => new()
    {
        { "GET /"u8.ToArray(), ClientHelloOutcome.NotTls },
        { [22, 2], ClientHelloOutcome.NotTls },
        { [22, 3, 9], ClientHelloOutcome.NotTls },
        { [22, 3, 1, 0, 0], ClientHelloOutcome.Malformed },
        { [22, 3, 1, 0x40, 1], ClientHelloOutcome.Malformed },
        { [22, 3, 1, 0, 9, 2], ClientHelloOutcome.Malformed },
        { [22, 3, 1, 0, 9, 1, 0, 0x10, 0], ClientHelloOutcome.Fragmented },
        { [22, 3, 1, 0, 9, 1, 1, 0, 0], ClientHelloOutcome.Malformed },
        { HelloMaker.Hello(HelloMaker.ServerName("a"), HelloMaker.ServerName("b")), ClientHelloOutcome.Malformed },
        { HelloMaker.Hello(HelloMaker.ServerName("a\0b")), ClientHelloOutcome.Malformed },
        { HelloMaker.Hello(HelloMaker.ServerName("")), ClientHelloOutcome.Malformed },
        { HelloMaker.Hello(HelloMaker.Alpn("")), ClientHelloOutcome.Malformed },
        { HelloMaker.Hello(HelloMaker.Alpn()), ClientHelloOutcome.Malformed },
        { HelloMaker.Hello(HelloMaker.Extension(43, [3, 3, 4, 3])), ClientHelloOutcome.Malformed },
        { HelloMaker.Record([3, 3]), ClientHelloOutcome.Malformed },
        { [.. HelloMaker.Record([.. new byte[60]])], ClientHelloOutcome.Malformed },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Hello_Wrong_IsRefused(byte[] bytes, ClientHelloOutcome outcome)
        => Assert.Equal(outcome, ClientHelloParser.Parse(bytes, out _));

    private static string Names(byte[] hello, ClientHelloFacts facts)
    {
        var names = new List<string>();
        foreach (ReadOnlySpan<byte> name in new AlpnList(hello.AsSpan(facts.Protocols)))
        {
            names.Add(Encoding.ASCII.GetString(name));
        }
        return string.Join(' ', names);
    }

    /// <summary>Keeps what is written, and has nothing to read.</summary>
    private sealed class CapturingStream : MemoryStream
    {
        public byte[] Written { get; private set; } = [];

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written = [.. Written, .. buffer.Span];
            return ValueTask.CompletedTask;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => ValueTask.FromResult(0);
    }
}
