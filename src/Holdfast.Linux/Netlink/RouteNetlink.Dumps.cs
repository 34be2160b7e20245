using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>Dumps: what the kernel has now. Each list is consistent, or the call fails with EINTR.</summary>
public sealed partial class RouteNetlink
{
    /// <summary>All interfaces.</summary>
    /// <param name="into">Is cleared and filled.</param>
    public NetlinkResult DumpLinks(List<LinkInfo> into)
    {
        LinkVisitor visitor = new(into, _names);
        return Dump(RTM.RTM_GETLINK, new ifinfomsg(), ref visitor);
    }

    /// <summary>Addresses.</summary>
    /// <param name="into">Is cleared and filled.</param>
    /// <param name="family">Family; none: both.</param>
    /// <param name="interfaceIndex">Of one interface only; 0: of all.</param>
    public NetlinkResult DumpAddresses(
        List<AddressSpec> into, IpFamily family = IpFamily.None, int interfaceIndex = 0)
    {
        AddressVisitor visitor = new(into, _names);
        ifaddrmsg header = new() { ifa_family = (byte)Family(family), ifa_index = (uint)interfaceIndex };
        return Dump(RTM.RTM_GETADDR, header, ref visitor);
    }

    private static AF Family(IpFamily family) => family switch
    {
        IpFamily.V4 => AF.AF_INET,
        IpFamily.V6 => AF.AF_INET6,
        _ => AF.AF_UNSPEC,
    };

    private NetlinkResult Dump<TBody, TVisitor>(RTM type, in TBody body, ref TVisitor visitor)
        where TBody : unmanaged
        where TVisitor : INetlinkVisitor
    {
        NetlinkWriter writer = new(_request);
        int message = writer.BeginMessage(type, NLM_F.NLM_F_REQUEST | NLM_F.NLM_F_DUMP, 0, body);
        writer.EndMessage(message);
        return _socket.Dump(_request.AsSpan(0, writer.Length), ref visitor);
    }

    private readonly struct LinkVisitor(List<LinkInfo> into, NameTable names) : INetlinkVisitor
    {
        public void Restart() => into.Clear();

        public void Visit(ushort type, ReadOnlySpan<byte> body)
        {
            if (LinkMessage.TryRead(body, names, out LinkMessage link))
            {
                into.Add(link.ToInfo());
            }
        }
    }

    private readonly struct AddressVisitor(List<AddressSpec> into, NameTable names) : INetlinkVisitor
    {
        public void Restart() => into.Clear();

        public void Visit(ushort type, ReadOnlySpan<byte> body)
        {
            if (AddressMessage.TryRead(body, names, out AddressSpec address))
            {
                into.Add(address);
            }
        }
    }
}
