using System.Runtime.InteropServices;

namespace Holdfast.Layer4.Xdp.Layout;

/// <summary>struct translation_key of bpf/translation.h; addresses and ports in network order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TranslationKey
{
    internal AddressWords Server;
    internal AddressWords Peer;
    internal ushort ServerPort;
    internal ushort PeerPort;
    internal byte Protocol;
    internal byte Family;
    internal ushort Reserved;
}

/// <summary>struct translation of bpf/translation.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TranslationRecord
{
    internal ulong Expires;
    internal AddressWords Client;
    internal AddressWords Address;
    internal ushort ClientPort;
    internal ushort Port;
    internal uint State;
}
