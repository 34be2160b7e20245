using Holdfast.Http.H1;

namespace Holdfast.Http.Tests.H1;

/// <summary>Heads of our own.</summary>
public sealed class MessageWriterTests
{
    [Fact]
    public void Response_Written_IsWhatWasAsked()
    {
        byte[] to = new byte[200];
        var writer = MessageWriter.Response(to, 302);
        writer.Field("Location"u8, " /a?b "u8);
        writer.Field("Content-Length"u8, 0);

        Assert.True(writer.TryEnd(out int length));
        Assert.Equal(
            "HTTP/1.1 302 Found\r\nLocation: /a?b\r\nContent-Length: 0\r\n\r\n", Parsed.Text(to.AsSpan(0, length)));
    }

    [Fact]
    public void Request_Written_IsTakenByTheParser()
    {
        byte[] to = new byte[200];
        var writer = MessageWriter.Request(to, "OPTIONS"u8, "*"u8);
        writer.Field("Host"u8, "a"u8);

        Assert.True(writer.TryEnd(out int length));
        Assert.Equal(H1Result.Done(length), H1Parser.ParseRequest(to.AsSpan(0, length), new H1Head()));
    }

    [Theory]
    [InlineData("a\r\nSet-Cookie: x")]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    public void Text_WithControl_RefusesTheMessage(string evil)
    {
        byte[] to = new byte[200];
        byte[] text = Parsed.Bytes(evil);

        var value = MessageWriter.Response(to, 302);
        Assert.Equal(EditResult.BadValue, value.Field("Location"u8, text));
        Assert.Equal(EditResult.BadValue, value.Field("X"u8, "y"u8));
        Assert.False(value.TryEnd(out int length));
        Assert.Equal(0, length);
        var name = MessageWriter.Response(to, 302);
        Assert.Equal(EditResult.BadName, name.Field(text, "y"u8));
        Assert.False(name.TryEnd(out _));
        Assert.Equal(EditResult.BadValue, MessageWriter.Response(to, 302, text).Result);
        Assert.Equal(EditResult.BadValue, MessageWriter.Request(to, "GET"u8, text).Result);
        Assert.Equal(EditResult.BadValue, MessageWriter.Request(to, text, "/"u8).Result);
    }

    [Fact]
    public void Room_TooSmall_SaysSo()
    {
        for (int room = 0; room < 26; room++)
        {
            var writer = MessageWriter.Response(new byte[room], 200);
            writer.Field("X"u8, 12);

            Assert.False(writer.TryEnd(out int length));
            Assert.Equal((0, EditResult.NoRoom), (length, writer.Result));
        }
    }

    [Fact]
    public void Reasons_OfAllStatuses_AreNeverEmpty()
    {
        for (int status = 100; status < 1000; status++)
        {
            Assert.False(ReasonPhrases.Of(status).IsEmpty);
        }
    }
}
