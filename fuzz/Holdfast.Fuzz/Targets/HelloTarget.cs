using Holdfast.Http.ClientHello;

namespace Holdfast.Fuzz.Targets;

/// <summary>ClientHellos: a whole one is incomplete when cut; what is named lies inside, and is well-formed.</summary>
internal static class HelloTarget
{
    public static void Run(ReadOnlySpan<byte> input)
    {
        ClientHelloOutcome outcome = ClientHelloParser.Parse(input, out ClientHelloFacts facts);
        if (outcome != ClientHelloOutcome.Done)
        {
            return;
        }
        FuzzFaultException.Unless(
            !input[facts.ServerName].ContainsAnyExceptInRange((byte)0x21, (byte)0x7E), "a name with control bytes");
        int length = 0;
        foreach (ReadOnlySpan<byte> name in new AlpnList(input[facts.Protocols]))
        {
            FuzzFaultException.Unless(!name.IsEmpty, "an empty protocol");
            length += name.Length + 1;
        }
        FuzzFaultException.Unless(length == input[facts.Protocols].Length, "protocols beside the list");
        FuzzFaultException.Unless(input[facts.CipherSuites].Length % 2 == 0, "half a cipher suite");
        FuzzFaultException.Unless(
            ClientHelloParser.Parse(input[..facts.CipherSuites.End.Value], out _) == ClientHelloOutcome.NeedMore,
            "done before its end");
    }
}
