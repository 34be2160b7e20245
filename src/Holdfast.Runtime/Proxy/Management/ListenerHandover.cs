using System.Buffers.Binary;
using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Sockets;

namespace Holdfast.Runtime.Proxy.Management;

/// <summary>
/// <c>_getsocks</c>: a stats socket with <c>expose-fd listeners</c> gives the listeners to a process that was started
/// with <c>-x</c>, haproxy's or ours.
/// </summary>
/// <remarks>
/// The number of sockets in four bytes; then messages with up to 252 of them, and for each: length and name of its
/// network namespace, length and name of its interface, four zero bytes. Between two messages the receiver sends a
/// number, which says no more than that it is ready.
/// </remarks>
internal static class ListenerHandover
{
    /// <summary>What is asked.</summary>
    internal static ReadOnlySpan<byte> Question => "_getsocks\n"u8;

    private const int Together = 252;
    private const int NameMax = 255;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>Gives listeners away. The receiver is waited for one second at most each time.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="listeners">The sockets, with their interfaces; empty: none.</param>
    internal static void Give(int socket, IReadOnlyList<(int Fd, string Interface)> listeners)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(number, listeners.Count);
        if (UnixMessage.Send(socket, number) != Errno.Success)
        {
            return;
        }
        byte[] zeros = new byte[sizeof(int)];
        for (int at = 0; at < listeners.Count; at += Together)
        {
            (int Fd, string Interface)[] batch = [.. listeners.Skip(at).Take(Together)];
            if (at > 0 && !IsReady(socket))
            {
                return;
            }
            using var text = new MemoryStream();
            foreach ((_, string name) in batch)
            {
                byte[] bytes = Encoding.ASCII.GetBytes(name.Length <= NameMax ? name : "");
                text.WriteByte(0);
                text.WriteByte((byte)bytes.Length);
                text.Write(bytes);
                text.Write(zeros);
            }
            if (UnixDescriptors.Send(socket, text.ToArray(), [.. batch.Select(static one => one.Fd)])
                != Errno.Success)
            {
                return;
            }
        }
    }

    /// <summary>Asks a process for its listeners.</summary>
    /// <param name="path">Its stats socket.</param>
    /// <param name="problem">Why there are none; null: there are some, or it has none.</param>
    /// <returns>Descriptors, which are the caller's to close.</returns>
    internal static List<int> Take(string path, out string? problem)
    {
        List<int> all = [];
        problem = null;
        Errno errno = UnixSocket.TryConnect(path, out FdHandle connection);
        using (connection)
        {
            if (errno != Errno.Success || UnixMessage.Send(connection.Number, Question) != Errno.Success)
            {
                problem = $"Failed to connect to the old process socket '{path}' ({errno})";
                return all;
            }
            byte[] buffer = new byte[Together * (NameMax + sizeof(int) + 3)];
            int[] some = new int[UnixDescriptors.CountMax];
            if (!TryReceive(connection.Number, buffer.AsSpan(0, sizeof(int)), out int size, some, out _)
                || size != sizeof(int))
            {
                problem = "Failed to get the number of sockets to be transferred !";
                return all;
            }
            int count = BinaryPrimitives.ReadInt32LittleEndian(buffer);
            while (all.Count < count && TryReceive(connection.Number, buffer, out size, some, out int got) && size > 0)
            {
                all.AddRange(some.AsSpan(0, got));
                _ = all.Count < count ? UnixMessage.Send(connection.Number, buffer.AsSpan(0, sizeof(int)))
                    : Errno.Success;
            }
            problem = all.Count < count ? "The old process has not given all of its sockets" : null;
            return all;
        }
    }

    private static bool IsReady(int socket)
    {
        byte[] answer = new byte[sizeof(int)];
        return TryReceive(socket, answer, out int size, new int[UnixDescriptors.CountMax], out _) && size > 0;
    }

    private static bool TryReceive(int socket, Span<byte> buffer, out int size, int[] descriptors, out int count)
    {
        size = count = 0;
        return DescriptorWait.ForRead(socket, s_patience)
            && UnixDescriptors.Receive(socket, buffer, out size, descriptors, out count) == Errno.Success;
    }
}
