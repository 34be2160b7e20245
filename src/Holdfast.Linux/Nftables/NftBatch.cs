using System.Buffers.Binary;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Linux.Nftables;

/// <summary>One transaction of nftables: all of it is done, or nothing.</summary>
/// <remarks>Only the last message of substance asks for an ack; failures are reported in any case.</remarks>
internal ref struct NftBatch
{
    private readonly NetlinkSocket _socket;
    private readonly uint _sequence;
    private NetlinkWriter _writer;
    private int _count;
    private int _lastMessage;

    public NftBatch(NetlinkSocket socket, Span<byte> buffer)
    {
        _socket = socket;
        _writer = new NetlinkWriter(buffer);
        _sequence = socket.TakeSequence(64);
        WriteBoundary(NFNL.NFNL_MSG_BATCH_BEGIN);
    }

    /// <summary>Begins a message; attributes are put into <paramref name="writer"/>, then <see cref="End"/>.</summary>
    public void Begin(NFT_MSG message, NFPROTO family, NLM_F flags, out NetlinkWriter writer)
    {
        Holdfast.Primitives.Invariant.Check(_count < 62);
        ushort type = (ushort)(((int)NFNL.NFNL_SUBSYS_NFTABLES << 8) | (int)message);
        _lastMessage = _writer.BeginMessage(type, (ushort)(flags | NLM_F.NLM_F_REQUEST), _sequence + (uint)_count++,
            new nfgenmsg { nfgen_family = (byte)family });
        writer = _writer;
    }

    /// <summary>Ends the message that <see cref="Begin"/> began.</summary>
    public void End(NetlinkWriter writer)
    {
        _writer = writer;
        _writer.EndMessage(_lastMessage);
    }

    /// <summary>Gives the transaction to the kernel.</summary>
    public NetlinkResult Commit()
    {
        int answered = _count;
        _writer.Patch(_lastMessage + 6, (ushort)(ReadFlags() | (ushort)NLM_F.NLM_F_ACK));
        WriteBoundary(NFNL.NFNL_MSG_BATCH_END);
        _ = _socket.ExecuteBatch(_writer.Written, new Errno[answered], out NetlinkResult failure);
        return failure;
    }

    private readonly ushort ReadFlags() => BitConverter.ToUInt16(_writer.Written[(_lastMessage + 6)..]);

    private void WriteBoundary(NFNL type)
    {
        int start = _writer.BeginMessage((ushort)type, (ushort)NLM_F.NLM_F_REQUEST, _sequence + (uint)_count++,
            new nfgenmsg { res_id = BinaryPrimitives.ReverseEndianness((ushort)NFNL.NFNL_SUBSYS_NFTABLES) });
        _writer.EndMessage(start);
    }
}
