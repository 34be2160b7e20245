using Holdfast.Http.H1;

namespace Holdfast.Http.Tests.H1;

/// <summary>Chunked bodies: each refusal, and the writer.</summary>
public sealed class ChunkTests
{
    [Theory]
    [InlineData("g\r\n", H1Error.BadChunkSize)]
    [InlineData("\r\n", H1Error.BadChunkSize)]
    [InlineData(";a\r\n", H1Error.BadChunkSize)]
    [InlineData(" 5\r\n", H1Error.BadChunkSize)]
    [InlineData("+5\r\n", H1Error.BadChunkSize)]
    [InlineData("-5\r\n", H1Error.BadChunkSize)]
    [InlineData("0x5\r\n", H1Error.BadChunkSize)]
    [InlineData("5_0\r\n", H1Error.BadChunkSize)]
    [InlineData("5 \r\n", H1Error.BadChunkSize)]
    [InlineData("5 a\r\n", H1Error.BadChunkSize)]
    [InlineData("5\n", H1Error.BadChunkSize)]
    [InlineData("5\rx", H1Error.BadChunkSize)]
    [InlineData("5\0\r\n", H1Error.BadChunkSize)]
    [InlineData("00000000000000005\r\n", H1Error.BadChunkSize)]
    [InlineData("80000000\r\n", H1Error.ChunkTooLarge)]
    [InlineData("10000000000000005\r\n", H1Error.ChunkTooLarge)]
    [InlineData("5;a\nb\r\n", H1Error.BadChunkExtension)]
    [InlineData("5;a\rb\r\n", H1Error.BadChunkExtension)]
    [InlineData("5;a\0\r\n", H1Error.BadChunkExtension)]
    [InlineData("1\r\nab\r\n", H1Error.BadChunkEnd)]
    [InlineData("1\r\na\n0\r\n", H1Error.BadChunkEnd)]
    [InlineData("1\r\na\r0\r\n", H1Error.BadChunkEnd)]
    public void Chunk_Wrong_IsRefused(string text, H1Error error)
    {
        var decoder = default(ChunkDecoder);
        byte[] bytes = Parsed.Bytes(text);
        ChunkStep step = decoder.Next(bytes);
        if (step.Kind == ChunkStepKind.Payload)
        {
            step = decoder.Next(bytes.AsSpan(step.Consumed));
        }

        Assert.Equal((ChunkStepKind.Error, error), (step.Kind, step.Error));
        Assert.Equal(error, decoder.Next(bytes).Error);
    }

    [Fact]
    public void Chunk_Largest_IsTaken()
    {
        var decoder = default(ChunkDecoder);

        Assert.Equal(ChunkStepKind.NeedMore, decoder.Next("7FFFFFFF \t;a\r\n"u8).Kind);
        Assert.Equal(int.MaxValue, decoder.Left);
        decoder.Pass(int.MaxValue - 1);
        Assert.Equal(new ChunkStep(ChunkStepKind.Payload, 1, 0, H1Error.None), decoder.Next("x\r\n0\r\n\r\n"u8));
        Assert.Equal(new ChunkStep(ChunkStepKind.Trailers, 5, 0, H1Error.None), decoder.Next("\r\n0\r\n\r\n"u8));
        Assert.True(decoder.IsOver);
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Pass(1));
    }

    [Fact]
    public void Extensions_LongerThanThePayloadByTheBound_AreRefused()
    {
        byte[] chunk = Parsed.Bytes($"1;{new string('x', 1000)}\r\ny\r\n");
        var decoder = default(ChunkDecoder);
        int chunks = 0;
        H1Error error = H1Error.None;
        while (error == H1Error.None)
        {
            ReadOnlySpan<byte> rest = chunk;
            while (error == H1Error.None && !rest.IsEmpty)
            {
                ChunkStep step = decoder.Next(rest);
                error = step.Error;
                rest = rest[step.Consumed..];
            }
            chunks++;
        }

        Assert.Equal(H1Error.ChunkExtensionTooLong, error);
        Assert.Equal(17, chunks);
    }

    [Fact]
    public void Writer_EachLength_IsReadBack()
    {
        Span<byte> line = stackalloc byte[ChunkWriter.HeaderMax];
        foreach (int length in new[] { 1, 9, 15, 16, 255, 256, 4095, 4096, 65535, 65536, 1 << 20, int.MaxValue })
        {
            int size = ChunkWriter.WriteHeader(length, line);

            Assert.Equal($"{length:x}\r\n", Parsed.Text(line[..size]));
            Assert.Equal(size, ChunkWriter.HeaderLength(length));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => ChunkWriter.HeaderLength(0));
    }

    [Theory]
    [InlineData("A: b\r\n\r\n", "a: b\r\n\r\n")]
    [InlineData("\r\n", "\r\n")]
    [InlineData("Host: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nX: y\r\nAuthorization: z\r\n\r\n",
        "x: y\r\n\r\n")]
    public void Trailers_Forwarded_LoseWhatMayNotStandThere(string text, string written)
    {
        var trailers = new H1Head();
        byte[] bytes = Parsed.Bytes(text);
        Assert.Equal(H1Result.Done(text.Length), H1Parser.ParseTrailers(bytes, trailers));
        byte[] output = new byte[200];

        Assert.True(HeadWriter.TryWriteTrailers(trailers.On(bytes), lowerCaseNames: true, output, out int length));
        Assert.Equal(written, Parsed.Text(output.AsSpan(0, length)));
    }
}
