using Holdfast.Http.ProxyProtocol;

namespace Holdfast.Fuzz.Targets;

/// <summary>PROXY headers: a complete one is incomplete when cut, and the same when written anew.</summary>
internal static class ProxyTarget
{
    public static void Run(ReadOnlySpan<byte> input)
    {
        ProxyResult result = ProxyHeaderParser.Parse(input, out ProxyHeader header);
        if (!result.IsComplete)
        {
            return;
        }
        for (int length = 0; length < result.Consumed; length++)
        {
            FuzzFaultException.Unless(
                ProxyHeaderParser.Parse(input[..length], out _) == default, $"not incomplete at {length} bytes");
        }
        byte[] output = new byte[input.Length + 200];
        FuzzFaultException.Unless(ProxyHeaderWriter.TryBegin(output, header, out ProxyHeaderWriter writer), "no room");
        var tlvs = new ProxyTlvs(header.Version == 2 ? input[header.Extensions] : default);
        while (tlvs.MoveNext())
        {
            if (tlvs.Type != ProxyTlvType.Crc32C)
            {
                FuzzFaultException.Unless(writer.TryAdd(tlvs.Type, tlvs.Value), "no room for a TLV");
            }
        }
        FuzzFaultException.Unless(writer.TryAddChecksum() && writer.TryFinish(out _), "no end");
        ProxyResult again = ProxyHeaderParser.Parse(output.AsSpan(0, writer.Length), out ProxyHeader other);
        FuzzFaultException.Unless(again.IsComplete && again.Consumed == writer.Length, $"not taken: {again.Error}");
        FuzzFaultException.Unless(
            (header.Source, header.SourcePort, header.Destination, header.DestinationPort, header.IsLocal)
                == (other.Source, other.SourcePort, other.Destination, other.DestinationPort, other.IsLocal),
            "another header");
    }
}
