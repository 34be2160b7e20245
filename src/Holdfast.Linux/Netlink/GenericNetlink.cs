using System.Runtime.InteropServices;
using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Netlink;

/// <summary>Takes the messages that a generic netlink family answers with.</summary>
public interface IGenericVisitor
{
    /// <summary>Forget what came so far: the table changed during a dump, which begins again.</summary>
    void Restart();

    /// <summary>One message.</summary>
    /// <param name="command">The family's command.</param>
    /// <param name="attributes">Its attributes; valid during the call only.</param>
    void Visit(byte command, NetlinkReader attributes);
}

/// <summary>One family of generic netlink (IPVS, for example), in the network namespace of the thread that opens it.
/// </summary>
/// <remarks>
/// A request is made in three steps: <see cref="Begin"/>, attributes into the writer, and <see cref="Execute"/>,
/// <see cref="Query"/> or <see cref="Dump"/>. One thread at a time, one request at a time.
/// </remarks>
public sealed class GenericNetlink : IDisposable
{
    private const int RequestSizeMax = 8 * 1024;

    private readonly NetlinkSocket _socket;
    private readonly byte[] _request = GC.AllocateUninitializedArray<byte>(RequestSizeMax, pinned: true);
    private readonly byte _version;
    private ushort _family = (ushort)GENL_ID.GENL_ID_CTRL;

    private GenericNetlink(NetlinkSocket socket, byte version)
    {
        _socket = socket;
        _version = version;
    }

    /// <summary>Opens a socket and asks the kernel for the family's number.</summary>
    /// <param name="family">Its name, at most 15 characters.</param>
    /// <param name="version">Version of its messages.</param>
    /// <param name="netlink">The open family; null unless it worked.</param>
    /// <returns>
    /// ENOENT: the kernel has no such family, and found no module for it. The kernel loads the module while it
    /// answers; when another process is loading it at this moment, the first answer may still be ENOENT, so the
    /// question is asked twice.
    /// </returns>
    /// <exception cref="LinuxException">There is no generic netlink socket at all.</exception>
    public static NetlinkResult TryOpen(string family, byte version, out GenericNetlink? netlink)
    {
        netlink = null;
        GenericNetlink opened = new(NetlinkSocket.Open((int)NetlinkFamily.NETLINK_GENERIC), version);
        NetlinkResult result = opened.Resolve(family);
        result = result.Errno == Errno.ENOENT ? opened.Resolve(family) : result;
        if (!result.IsSuccess)
        {
            opened.Dispose();
            return result;
        }
        netlink = opened;
        return result;
    }

    /// <summary>A writer over this family's request buffer (8 KiB).</summary>
    public NetlinkWriter NewRequest() => new(_request);

    /// <summary>Starts a request.</summary>
    /// <param name="writer">From <see cref="NewRequest"/>.</param>
    /// <param name="command">The family's command.</param>
    public void Begin(ref NetlinkWriter writer, byte command)
    {
        NLM_F flags = NLM_F.NLM_F_REQUEST | NLM_F.NLM_F_ACK;
        _ = writer.BeginMessage(_family, (ushort)flags, _socket.TakeSequence(),
            new genlmsghdr { cmd = command, version = _version });
    }

    /// <summary>Sends a request that is answered with an ack only.</summary>
    public NetlinkResult Execute(ref NetlinkWriter writer)
    {
        writer.EndMessage(0);
        return _socket.Execute(writer.Written);
    }

    /// <summary>Sends a request that is answered with messages, and an ack after them.</summary>
    public NetlinkResult Query<TVisitor>(ref NetlinkWriter writer, ref TVisitor visitor)
        where TVisitor : IGenericVisitor
        => Read(ref writer, NLM_F.NLM_F_REQUEST | NLM_F.NLM_F_ACK, ref visitor);

    /// <summary>Sends a request for all entries of a table, in as many messages as it takes.</summary>
    public NetlinkResult Dump<TVisitor>(ref NetlinkWriter writer, ref TVisitor visitor)
        where TVisitor : IGenericVisitor
        => Read(ref writer, NLM_F.NLM_F_REQUEST | NLM_F.NLM_F_DUMP, ref visitor);

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _socket.Dispose();

    private NetlinkResult Read<TVisitor>(ref NetlinkWriter writer, NLM_F flags, ref TVisitor visitor)
        where TVisitor : IGenericVisitor
    {
        writer.EndMessage(0);
        Span<byte> request = _request.AsSpan(0, writer.Length);
        MemoryMarshal.AsRef<nlmsghdr>(request).nlmsg_flags = (ushort)flags;
        Adapter<TVisitor> adapter = new() { Visitor = visitor };
        NetlinkResult result = _socket.Dump(request, ref adapter);
        visitor = adapter.Visitor;
        return result;
    }

    private NetlinkResult Resolve(string name)
    {
        NetlinkWriter writer = NewRequest();
        _ = writer.BeginMessage((ushort)GENL_ID.GENL_ID_CTRL, 0, _socket.TakeSequence(),
            new genlmsghdr { cmd = (byte)CTRL_CMD.CTRL_CMD_GETFAMILY, version = 1 });
        writer.PutString(CTRL_ATTR.CTRL_ATTR_FAMILY_NAME, name);
        FamilyVisitor visitor = default;
        NetlinkResult result = Query(ref writer, ref visitor);
        _family = visitor.Id;
        return result.IsSuccess && visitor.Id == 0 ? new(Errno.ENOENT) : result;
    }

    private struct Adapter<TVisitor> : INetlinkVisitor
        where TVisitor : IGenericVisitor
    {
        internal TVisitor Visitor;

        public void Restart() => Visitor.Restart();

        public void Visit(ushort type, ReadOnlySpan<byte> body)
        {
            NetlinkReader attributes = NetlinkReader.After(body, out genlmsghdr header);
            Visitor.Visit(header.cmd, attributes);
        }
    }

    private struct FamilyVisitor : IGenericVisitor
    {
        internal ushort Id;

        public void Restart() => Id = 0;

        public void Visit(byte command, NetlinkReader attributes)
        {
            while (attributes.MoveNext())
            {
                Id = (CTRL_ATTR)attributes.Type == CTRL_ATTR.CTRL_ATTR_FAMILY_ID ? attributes.Read<ushort>() : Id;
            }
        }
    }
}
