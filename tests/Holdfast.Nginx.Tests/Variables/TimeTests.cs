namespace Holdfast.Nginx.Tests.Variables;

/// <summary>Times as variables.</summary>
public sealed class TimeTests
{
    [Theory]
    [InlineData(0, "24/Nov/2026:01:20:24 +0000|2026-11-24T01:20:24+00:00|1795483224.007")]
    [InlineData(5 * 3600 + 1800, "24/Nov/2026:06:50:24 +0530|2026-11-24T06:50:24+05:30|1795483224.007")]
    [InlineData(-9 * 3600, "23/Nov/2026:16:20:24 -0900|2026-11-23T16:20:24-09:00|1795483224.007")]
    public void Times_OfARequest_AreLocal(int offset, string expected)
    {
        var site = new MemorySite(
            "server { listen unix:@S@/s; return 200 \"$time_local|$time_iso8601|$msec\"; }");

        Assert.Equal("200 " + expected, site.Ask(new MemoryRequest("GET / HTTP/1.0\r\n\r\n")
        {
            Now = 1_795_483_224_007, UtcOffset = offset,
        }));
    }
}
