using System.Buffers.Binary;
using System.Diagnostics;
using Holdfast.Lab;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;

namespace Holdfast.Parity.Tests.Vrrp.Forgery;

/// <summary>Packets that scapy has made, sent from a node as fast as the kernel takes them.</summary>
internal sealed class ForgedTraffic : IDisposable
{
    private const int FileHeaderSize = 24;
    private const int RecordHeaderSize = 16;
    private const uint Magic = 0xA1B2C3D4; // microseconds, in the byte order of this machine

    private static readonly Lazy<string> s_captures = new(MakeCaptures);

    private readonly LabLink _link;
    private readonly PacketSocket _socket;

    internal ForgedTraffic(LabLink link)
    {
        _link = link;
        _socket = link.Node.Run(PacketSocket.OpenSender);
    }

    /// <summary>Sends the packets of a kind again and again until there were so many.</summary>
    internal void Send(string kind, int count)
    {
        byte[] capture = File.ReadAllBytes(Path.Combine(s_captures.Value, kind + ".pcap"));
        Assert.Equal(Magic, BinaryPrimitives.ReadUInt32LittleEndian(capture));
        var frames = new List<FrameSlice>();
        for (int at = FileHeaderSize; at < capture.Length;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(capture.AsSpan(at + 8));
            frames.Add(new(at + RecordHeaderSize, length, _link.Index));
            at += RecordHeaderSize + length;
        }
        FrameSlice[] all = [.. frames];
        for (int left = count; left > 0; left -= all.Length)
        {
            FrameSlice[] batch = left < all.Length ? all[..left] : all;
            Assert.Equal(Errno.Success, _socket.SendBatch(capture, batch, out int sent));
            Assert.Equal(batch.Length, sent);
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Runs scapy once for the whole run.</summary>
    private static string MakeCaptures()
    {
        string directory = Path.Combine(AppContext.BaseDirectory, "forged");
        string script = Path.Combine(AppContext.BaseDirectory, "forge.py");
        using Process process = Process.Start(new ProcessStartInfo(Programs.SystemPython, [script, directory]))!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return directory;
    }
}
