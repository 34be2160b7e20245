using System.Collections.Immutable;
using Holdfast.Config.Ipvsadm;
using Holdfast.Ipvsadm;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;

namespace Holdfast.Tests.Ipvsadm;

/// <summary>What a kernel in a test can hardly be brought to: large numbers, persistence data, spread addresses.</summary>
public sealed class ListingTests
{
    [Theory]
    [InlineData(99_999_999UL, "99999999", "99999999")]
    [InlineData(100_000_000UL, "100000K", "100000000")]
    [InlineData(999_999_999UL, "999999K", "999999999")]
    [InlineData(1_000_000_000UL, "1000M", "1000000000")]
    [InlineData(99_999_999_999UL, "99999M", "99999999999")]
    [InlineData(100_000_000_000UL, "100G", "100000000000")]
    [InlineData(99_999_999_999_999UL, "99999G", "99999999999999")]
    [InlineData(100_000_000_000_000UL, "100T", "100000000000000")]
    [InlineData(ulong.MaxValue, "18446744T", "18446744073709551615")]
    public void Statistics_LargeNumbers_LoseDigitsAsInTheOriginal(ulong value, string plain, string exact)
    {
        // Observed with the original, whose numbers from the kernel were replaced by these.
        Assert.EndsWith($"192.0.2.1:80{"",-16}{plain,9}        2\n", Line(value, IpvsadmOption.Stats),
            StringComparison.Ordinal);
        string wide = exact.Length > 8 ? $" {exact}" : exact.PadLeft(9);
        Assert.EndsWith($"192.0.2.1:80{"",-16}{wide}        2\n",
            Line(value, IpvsadmOption.Stats, IpvsadmOption.Exact), StringComparison.Ordinal);
    }

    [Fact]
    public void Connections_WithPersistenceData_HaveTheirColumns()
    {
        const string Kernel = """
            Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
            UDP 0A090901 8000 0A090901 13C4 0A090902 13C4 UDP             300 sip abcdefgh@x
            TCP 0A090901 0000 00000005 0000 0A090902 13C4 NONE         36000
            """;
        StringWriter output = new();

        Assert.True(ConnectionListing.TryWrite(new StringReader(Kernel), output,
            IpvsadmOptionSet.Of(IpvsadmOption.Numeric, IpvsadmOption.PersistentConnections)));

        Assert.Equal(
            "IPVS connection entries\n"
            + "pro expire state       source             virtual            destination        pe name          pe_data\n"
            + "UDP 05:00  UDP         10.9.9.1:32768     10.9.9.1:5060      "
            + "10.9.9.2:5060    sip                abcdefgh@x\n"
            + "TCP 600:00 NONE        10.9.9.1:0         0.0.0.5:0          10.9.9.2:5060\n", output.ToString());
    }

    [Fact]
    public void Connections_EmptyInput_IsUnexpected()
        => Assert.False(ConnectionListing.TryWrite(new StringReader(""), new StringWriter(), default));

    [Fact]
    public void Order_AddressesFarApart_CountAsBefore()
    {
        // 224.0.0.1 is more than half of all addresses away from 1.2.3.4, and so stands before it.
        string[] addresses = ["1.2.3.4", "224.0.0.1", "10.0.0.1", "0.0.0.0"];
        RealServerKey[] keys = [.. addresses.Select(static a => new RealServerKey(IpAddress.Parse(a), 80))];

        ListingOrder.Sort<RealServerKey>(keys, ListingOrder.Compare);

        Assert.Equal(["224.0.0.1", "0.0.0.0", "1.2.3.4", "10.0.0.1"], keys.Select(static k => k.Address.ToString()));
    }

    private static string Line(ulong value, params ReadOnlySpan<IpvsadmOption> options)
    {
        VirtualServiceSpec service = new()
        {
            Key = VirtualServiceKey.At(ServiceProtocol.Tcp, IpAddress.V4(192, 0, 2, 1), 80),
        };
        ObservedPool pool = new(new(service, new(0, 0, 0, value, 2, 0, 0, 0, 0, 0)), []);
        ImmutableArray<IpvsadmOption> all = [IpvsadmOption.Numeric, .. options];
        string text = new PoolListing(IpvsadmOptionSet.Of(all.AsSpan())).Render([pool], null);
        // Three zeros stand between the name and the number that is looked at.
        return text.Replace("        0        0        0", "", StringComparison.Ordinal);
    }
}
