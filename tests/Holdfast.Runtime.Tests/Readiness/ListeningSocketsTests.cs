using Holdfast.Primitives;
using Holdfast.Runtime.Readiness;

namespace Holdfast.Runtime.Tests.Readiness;

public sealed class ListeningSocketsTests
{
    [Theory]
    [InlineData("   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000", "192.0.2.1", true)]
    [InlineData("   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000", "fd00::1", false)]
    [InlineData("   0: 010200C0:0050 00000000:0000 0A 00000000:00000000 00:00000000", "192.0.2.1", true)]
    [InlineData("   0: 010200C0:0050 00000000:0000 0A 00000000:00000000 00:00000000", "192.0.2.2", false)]
    [InlineData("   0: 010200C0:0051 00000000:0000 0A 00000000:00000000 00:00000000", "192.0.2.1", false)]
    [InlineData("   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0",
        "fd00::1", true)]
    [InlineData("   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0",
        "192.0.2.1", true)]
    [InlineData("   0: 0000000000000000FFFF0000010200C0:0050 00000000000000000000000000000000:0000 0A 0:0",
        "192.0.2.1", true)]
    [InlineData("   0: 000000FD000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 0:0",
        "fd00::1", true)]
    [InlineData("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when", "192.0.2.1", false)]
    public void Listens_TcpLine_IsAsTheKernelMeansIt(string line, string address, bool expected)
    {
        var sockets = new ListeningSockets();

        Assert.True(sockets.Add(line, isUdp: false));

        Assert.Equal(expected, sockets.Listens(new LocalService(IsUdp: false, 80), Parse(address)));
    }

    [Fact]
    public void Add_Connection_EndsTheReadingOfTcp()
    {
        const string line = "   1: 010200C0:0050 020200C0:C350 01 00000000:00000000 00:00000000";

        Assert.False(new ListeningSockets().Add(line, isUdp: false));
        Assert.True(new ListeningSockets().Add(line, isUdp: true));
    }

    [Fact]
    public void Add_UdpSocket_Listens()
    {
        var sockets = new ListeningSockets();
        sockets.Add("  10: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000", isUdp: true);

        Assert.True(sockets.Listens(new LocalService(IsUdp: true, 53), Parse("192.0.2.1")));
        Assert.False(sockets.Listens(new LocalService(IsUdp: false, 53), Parse("192.0.2.1")));
    }

    [Theory]
    [InlineData("tcp/80", true)]
    [InlineData("udp/53", true)]
    [InlineData("tcp/0", false)]
    [InlineData("tcp/65536", false)]
    [InlineData("sctp/80", false)]
    [InlineData("80", false)]
    [InlineData("tcp/http", false)]
    public void LocalService_Text_IsReadOrRefused(string text, bool expected)
    {
        Assert.Equal(expected, LocalService.TryParse(text, out LocalService service));
        Assert.Equal(expected ? text : "tcp/0", service.ToString());
    }

    private static IpAddress Parse(string text)
        => IpAddress.TryParse(text, out IpAddress address) ? address : throw new FormatException(text);
}
