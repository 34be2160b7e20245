using System.Text;
using Holdfast.Http.H1;

namespace Holdfast.Http.Tests.H1;

/// <summary>However a byte stream is cut, the same comes out of it.</summary>
public sealed class CutTests
{
    private static readonly H1Leniency[] Leniencies =
        [H1Leniency.None, H1Leniency.HAProxy, H1Leniency.AcceptInvalidRequest];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Heads_CutAnywhere_GiveTheSame(int seed)
    {
        var maker = new MessageMaker(seed);
        for (int i = 0; i < 4000; i++)
        {
            bool response = i % 3 == 0;
            string text = response ? maker.Response(i % 2 == 0) : maker.Request(i % 2 == 0);
            byte[] bytes = Parsed.Bytes(text);
            H1Leniency leniency = Leniencies[i % Leniencies.Length];

            string whole = Parse(bytes, [bytes.Length], leniency, response);
            string cut = Parse(bytes, Cuts(maker.Random, bytes.Length), leniency, response);
            string single = Parse(bytes, [.. Enumerable.Range(1, bytes.Length)], leniency, response);

            Assert.True(whole == cut && whole == single, $"{text}\nwhole {whole}\ncut {cut}\nbyte by byte {single}");
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Chunks_CutAnywhere_GiveTheSame(int seed)
    {
        var maker = new MessageMaker(seed);
        for (int i = 0; i < 5000; i++)
        {
            bool right = i % 2 == 0;
            (string text, string payload) = maker.Chunks(right);
            byte[] bytes = Parsed.Bytes(text);

            string whole = Decode(bytes, [bytes.Length]);
            string cut = Decode(bytes, Cuts(maker.Random, bytes.Length));
            string single = Decode(bytes, [.. Enumerable.Range(1, bytes.Length)]);

            Assert.True(whole == cut && whole == single, $"{text}\nwhole {whole}\ncut {cut}\nbyte by byte {single}");
            if (right)
            {
                Assert.StartsWith($"{payload}|Done {bytes.Length}", whole, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Head_AtItsBound_IsRefusedAtTheSameByteHoweverCut()
    {
        var limits = new H1Limits(HeadBytesMax: 64);
        byte[] fits = Parsed.Bytes($"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('x', 32)}\r\n\r\n");
        byte[] toolong = Parsed.Bytes($"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('x', 33)}\r\n\r\n");
        byte[] longTarget = Parsed.Bytes($"GET /{new string('x', 80)}");
        Assert.Equal(64, fits.Length);

        Assert.Equal(H1Result.Done(64), H1Parser.ParseRequest(fits, new H1Head(limits)));
        foreach (int[] ends in new int[][] { [65], [30, 65], [63, 64], [64] })
        {
            var head = new H1Head(limits);
            var other = new H1Head(limits);
            H1Result result = default;
            H1Result otherResult = default;
            foreach (int end in ends)
            {
                result = H1Parser.ParseRequest(toolong.AsSpan(0, end), head);
                otherResult = H1Parser.ParseRequest(longTarget.AsSpan(0, end), other);
            }
            Assert.Equal(H1Result.Refused(H1Error.HeadTooLarge, 64), result);
            Assert.Equal(H1Result.Refused(H1Error.TargetTooLong, 64), otherResult);
        }
    }

    [Fact]
    public void Headers_OneMoreThanAllowed_AreRefused()
    {
        string fields = string.Concat(Enumerable.Range(0, 100).Select(i => $"X{i}: y\r\n"));

        Assert.Equal(H1Error.None, Parsed.Request($"GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n").Result.Error);
        Assert.Equal(
            H1Error.TooManyHeaders, Parsed.Request($"GET / HTTP/1.1\r\nHost: a\r\n{fields}Y: z\r\n\r\n").Result.Error);
    }

    [Fact]
    public void Messages_Pipelined_AreParsedOneAfterTheOther()
    {
        var maker = new MessageMaker(5);
        string[] texts = [.. Enumerable.Range(0, 200).Select(_ => maker.Request(right: true))];
        byte[] bytes = Parsed.Bytes(string.Concat(texts));
        var head = new H1Head();
        int start = 0;
        foreach (string text in texts)
        {
            H1Result result = H1Parser.ParseRequest(bytes.AsSpan(start), head);
            Assert.Equal(H1Result.Done(text.Length), result);
            Assert.Equal(text.Length, head.HeadLength);
            (H1Head alone, _) = Parsed.Request(text);
            Assert.Equal(Parsed.Describe(Parsed.Bytes(text), alone), Parsed.Describe(bytes.AsSpan(start), head));
            start += result.Consumed;
            head.Reset();
        }
        Assert.Equal(bytes.Length, start);
    }

    private static int[] Cuts(Random random, int length)
        => [.. Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(length + 1)).Order(), length];

    private static string Parse(byte[] bytes, int[] ends, H1Leniency leniency, bool response)
    {
        var head = new H1Head(new(HeadBytesMax: 600, HeadersMax: 12), leniency);
        H1Result result = default;
        foreach (int end in ends)
        {
            // A copy that ends where the bytes end: reading behind them would be seen.
            byte[] part = bytes[..end];
            result = response
                ? H1Parser.ParseResponse(part, head, new(RequestMethod.Get, OffersUpgrade: true))
                : H1Parser.ParseRequest(part, head);
            if (result.Outcome != H1Outcome.NeedMore)
            {
                break;
            }
        }
        return result.Outcome == H1Outcome.Done ? $"{result}\n{Parsed.Describe(bytes, head)}" : $"{result}";
    }

    private static string Decode(byte[] bytes, int[] ends)
    {
        var payload = new StringBuilder();
        var decoder = default(ChunkDecoder);
        var trailers = new H1Head();
        int start = 0;
        int trailerStart = -1;
        foreach (int end in ends)
        {
            while (trailerStart < 0)
            {
                ChunkStep step = decoder.Next(bytes.AsSpan(start, end - start));
                if (step.Kind == ChunkStepKind.Error)
                {
                    return $"{payload}|{step.Error}";
                }
                if (step.Kind == ChunkStepKind.Payload)
                {
                    payload.Append(Parsed.Text(bytes.AsSpan(start, step.Consumed)[step.PayloadStart..]));
                }
                start += step.Consumed;
                trailerStart = step.Kind == ChunkStepKind.Trailers ? start : -1;
                if (step.Kind == ChunkStepKind.NeedMore)
                {
                    break;
                }
            }
            if (trailerStart >= 0)
            {
                H1Result result = H1Parser.ParseTrailers(bytes.AsSpan(trailerStart, end - trailerStart), trailers);
                if (result.Outcome != H1Outcome.NeedMore)
                {
                    return result.Outcome == H1Outcome.Done
                        ? $"{payload}|Done {trailerStart + result.Consumed} {trailers.Headers.Count}"
                        : $"{payload}|{result.Error} {result.Position}";
                }
            }
        }
        return $"{payload}|more";
    }
}
