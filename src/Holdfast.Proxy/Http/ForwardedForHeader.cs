using System.Text;
using Holdfast.Http.H1;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Logs;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Http;

/// <summary>Tells servers the client's address, behind all other fields of the request (option forwardfor).</summary>
internal sealed class ForwardedForHeader(ForwardedForOptions options)
{
    private const int AddressTextMax = 64;

    private readonly byte[] _name = Encoding.ASCII.GetBytes(options.Header);

    /// <summary>Adds it where it belongs.</summary>
    /// <returns>False when there is no room in the head.</returns>
    internal bool TryAdd(HeadView view, Connection client)
    {
        if ((options.IfNone && view.Find(_name) >= 0)
            || client.GetPeer(out IpAddress peer, out _) != Errno.Success || peer.IsNone)
        {
            return true;
        }
        foreach (IpPrefix except in options.Except)
        {
            if (except.Contains(peer))
            {
                return true;
            }
        }
        Span<byte> buffer = stackalloc byte[AddressTextMax];
        LogText text = new(buffer);
        text.PutAddress(peer);
        return view.Add(_name, buffer[..text.Length]) == EditResult.Done;
    }
}
