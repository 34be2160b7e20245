using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.Sockets;
using Holdfast.Linux.Uring;

namespace Holdfast.Proxy.Engine;

/// <summary>One call that receives into several buffers; they also leave in one, where their owner sends them on.
/// </summary>
/// <param name="Errno">Why nothing has come; success and nothing received is the end.</param>
/// <param name="Received">Bytes that are in the connection's inbox now.</param>
/// <param name="RoomOfOne">Bytes that one buffer takes; 0: no buffer was left, and nothing was tried.</param>
/// <param name="Asked">Bytes that there was room for.</param>
internal readonly record struct BurstReceive(Errno Errno, int Received, int RoomOfOne, int Asked)
{
    /// <summary>Buffers of a burst at most, and parts that are sent with one call.</summary>
    internal const int PartsMax = IoUring.VectorsPerEntry;

    /// <summary>Receives as much as the loop's present burst takes.</summary>
    internal static BurstReceive Into(Connection connection, LoopState loop)
    {
        Span<BufferPart> rooms = stackalloc BufferPart[PartsMax];
        int count = 0;
        while (count < Math.Min(loop.Burst, rooms.Length) && loop.Buffers.TryRentToReceive(out int buffer))
        {
            rooms[count++] = loop.Buffers.Room(buffer);
        }
        if (count == 0)
        {
            loop.Starved.Add(connection);
            return default;
        }
        Errno errno = TcpSocket.Receive(connection.Fd, loop.Buffers.Slab, rooms[..count], out int received);
        int left = received;
        foreach (BufferPart room in rooms[..count])
        {
            int length = Math.Min(left, room.Length);
            left -= length;
            if (length > 0)
            {
                connection.Inbox.Add(loop.Buffers, room with { Length = length });
            }
            else
            {
                loop.Buffers.Return(room.Buffer);
            }
        }
        return new BurstReceive(errno, received, rooms[0].Length, count * rooms[0].Length);
    }
}
