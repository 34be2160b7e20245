using Holdfast.Http.H1;

namespace Holdfast.Fuzz.Targets;

/// <summary>Chunked bodies: whole and byte by byte give the same payload; written anew, it is the same again.</summary>
internal static class ChunkTarget
{
    public static void Run(ReadOnlySpan<byte> input)
    {
        (byte[] payload, string end, int consumed) = Decode(input, input.Length);
        (byte[] other, string otherEnd, int otherConsumed) = Decode(input, 1);
        FuzzFaultException.Unless(end == otherEnd, $"whole {end}, cut {otherEnd}");
        FuzzFaultException.Unless(payload.AsSpan().SequenceEqual(other), "payloads differ");
        FuzzFaultException.Unless(end != "Done" || consumed == otherConsumed, "ends differ");
        if (end != "Done")
        {
            return;
        }
        byte[] written = new byte[payload.Length + ChunkWriter.OverheadMax + 5];
        int length = 0;
        if (payload.Length > 0)
        {
            length = ChunkWriter.WriteHeader(payload.Length, written);
            payload.CopyTo(written.AsSpan(length));
            length += payload.Length;
            ChunkWriter.End.CopyTo(written.AsSpan(length));
            length += ChunkWriter.End.Length;
        }
        ChunkWriter.LastChunkAndEnd.CopyTo(written.AsSpan(length));
        length += ChunkWriter.LastChunkAndEnd.Length;
        (byte[] again, end, consumed) = Decode(written.AsSpan(0, length), length);
        FuzzFaultException.Unless(end == "Done" && consumed == length, $"what was written is not taken: {end}");
        FuzzFaultException.Unless(again.AsSpan().SequenceEqual(payload), "another payload");
    }

    private static (byte[] Payload, string End, int Consumed) Decode(ReadOnlySpan<byte> input, int step)
    {
        var decoder = default(ChunkDecoder);
        var payload = new List<byte>();
        int start = 0;
        for (int end = Math.Min(step, input.Length); ; end = Math.Min(end + step, input.Length))
        {
            while (start < end)
            {
                ChunkStep found = decoder.Next(input[start..end]);
                FuzzFaultException.Unless(found.Consumed <= end - start, "more consumed than given");
                if (found.Kind == ChunkStepKind.Error)
                {
                    return ([.. payload], $"{found.Error}", 0);
                }
                if (found.Kind == ChunkStepKind.Payload)
                {
                    FuzzFaultException.Unless(found.Consumed > found.PayloadStart, "an empty payload");
                    payload.AddRange(input.Slice(start, found.Consumed)[found.PayloadStart..]);
                }
                start += found.Consumed;
                if (found.Kind == ChunkStepKind.Trailers)
                {
                    H1Result result = H1Parser.ParseTrailers(input[start..], new H1Head());
                    return ([.. payload], $"{(result.Outcome == H1Outcome.Error ? result.Error : result.Outcome)}",
                        start + result.Consumed);
                }
            }
            if (end == input.Length)
            {
                return ([.. payload], "more", start);
            }
        }
    }
}
