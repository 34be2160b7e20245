using Holdfast.Http.Headers;

namespace Holdfast.Http.Tests.H1;

/// <summary>The vectorised searches find what a loop over the sets finds.</summary>
public sealed class ByteScanTests
{
    [Fact]
    public void Search_EachByteAtEachPlace_IsFoundAsByTheSets()
    {
        for (int length = 1; length < 50; length++)
        {
            for (int at = 0; at < length; at++)
            {
                for (int value = 0; value < 256; value++)
                {
                    byte[] text = [.. Enumerable.Repeat((byte)'x', length)];
                    text[at] = (byte)value;

                    Assert.Equal(text.AsSpan().IndexOfAnyExcept(HttpText.Token), ByteScan.IndexOfNonToken(text));
                    Assert.Equal(text.AsSpan().IndexOfAny(HttpText.Control), ByteScan.IndexOfControl(text));
                }
            }
        }
        Assert.True(HttpText.IsToken("!#$%&'*+-.^_`|~09azAZ"u8));
        Assert.False(HttpText.IsToken("a(b"u8));
        Assert.False(HttpText.IsToken(""u8));
    }
}
