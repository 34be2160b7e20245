using System.Text;
using Holdfast.Balancing.Persistence;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Tests.Persistence;

public sealed class DynamicCookieTests
{
    /// <summary>The values are those that HAProxy 2.6.12 has set for these servers.</summary>
    [Theory]
    [InlineData("a-secret", "127.0.0.1", 18180, "dab304f55be211ae")]
    [InlineData("k", "::1", 18180, "9a8675d23905ed78")]
    public void Of_KeyAddressPort_IsTheOriginalsValue(string key, string address, int port, string expected)
    {
        byte[] value = DynamicCookie.Of(Encoding.ASCII.GetBytes(key), IpAddress.Parse(address), port);

        Assert.Equal(expected, Encoding.ASCII.GetString(value));
    }
}
