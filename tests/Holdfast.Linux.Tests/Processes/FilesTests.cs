using System.Text;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;

namespace Holdfast.Linux.Tests.Processes;

public sealed class FilesTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-files-");

    [Fact]
    public void SealedMemory_AfterCreation_CannotBeChangedAndReadsBack()
    {
        byte[] content = Encoding.UTF8.GetBytes("vrrp_instance VI_1 { }");
        Assert.Equal(Errno.Success, SealedMemory.TryCreate("snapshot", content, out FdHandle handle));
        using (handle)
        {
            Assert.True(SealedMemory.IsSealed(handle.Number));
            Assert.Equal(Errno.EPERM, DescriptorIo.Write(handle.Number, "x"u8, out _));
            Assert.Equal(Errno.Success, SealedMemory.TryRead(handle.Number, 1024, out byte[] read));
            Assert.Equal(content, read);
            Assert.Equal(Errno.EFBIG, SealedMemory.TryRead(handle.Number, 10, out _));
        }
    }

    [Fact]
    public void SealedMemory_OrdinaryFile_IsRefused()
    {
        File.WriteAllText(In("plain"), "text");
        Assert.Equal(Errno.Success, DescriptorIo.TryOpenRead(In("plain"), out FdHandle handle));
        using (handle)
        {
            Assert.Equal(Errno.EPERM, SealedMemory.TryRead(handle.Number, 1024, out _));
        }
    }

    [Fact]
    public void UnixMessage_WithDescriptor_PassesBoth()
    {
        Assert.Equal(Errno.Success, UnixSocket.TryCreatePair(out FdHandle left, out FdHandle right));
        Assert.Equal(Errno.Success, SealedMemory.TryCreate("memory", "hello"u8, out FdHandle memory));
        Span<byte> buffer = stackalloc byte[64];
        Assert.Equal(Errno.EAGAIN, UnixMessage.Receive(right.Number, buffer, out _, out _));
        Assert.Equal(Errno.Success, UnixMessage.Send(left.Number, "one"u8, memory.Number));
        Assert.Equal(Errno.Success, UnixMessage.Send(left.Number, "two"u8));
        memory.Dispose();

        Assert.Equal(Errno.Success, UnixMessage.Receive(right.Number, buffer, out int size, out int attached));
        Assert.Equal("one"u8, buffer[..size]);
        using (var received = new FdHandle(attached))
        {
            Assert.Equal(Errno.Success, SealedMemory.TryRead(received.Number, 16, out byte[] content));
            Assert.Equal("hello"u8.ToArray(), content);
        }
        Assert.Equal(Errno.Success, UnixMessage.Receive(right.Number, buffer, out size, out attached));
        Assert.Equal("two"u8, buffer[..size]);
        Assert.Equal(-1, attached);

        left.Dispose();
        Assert.Equal(Errno.Success, UnixMessage.Receive(right.Number, buffer, out size, out _));
        Assert.Equal(0, size);
        Assert.Equal(Errno.EPIPE, UnixMessage.Send(right.Number, "x"u8));
        right.Dispose();
    }

    [Fact]
    public void UnixMessage_LongerThanTheBuffer_IsRefused()
    {
        Assert.Equal(Errno.Success, UnixSocket.TryCreatePair(out FdHandle left, out FdHandle right));
        using (left)
        using (right)
        {
            UnixMessage.Send(left.Number, new byte[100]);
            Assert.Equal(Errno.EMSGSIZE, UnixMessage.Receive(right.Number, new byte[50], out _, out _));
        }
    }

    [Fact]
    public void UnixListener_ClientConnects_KnowsItsUser()
    {
        string path = In("control.sock");
        Assert.Equal(Errno.Success, UnixSocket.TryListen(path, 0x180, 4, out FdHandle listener)); // 0600
        using (listener)
        {
            Assert.Equal(Errno.EAGAIN, UnixSocket.TryAccept(listener.Number, out _));
            Assert.Equal(Errno.Success, UnixSocket.TryConnectBlocking(path, out FdHandle client));
            Assert.Equal(Errno.Success, UnixSocket.TryAccept(listener.Number, out FdHandle server));
            Assert.Equal(Errno.Success, UnixSocket.TryGetPeer(server.Number, out PeerCredentials peer));
            Assert.Equal(Environment.ProcessId, peer.Pid);
            Assert.Equal(Linux.Processes.OwnProcess.EffectiveUid, peer.Uid);
            Assert.Equal(Errno.Success, DescriptorIo.WriteAll(client.Number, "ping\n"u8));
            byte[] buffer = new byte[16];
            Assert.Equal(Errno.Success, DescriptorIo.Read(server.Number, buffer, out int count));
            Assert.Equal(5, count);
            client.Dispose();
            server.Dispose();
            Assert.Equal(Errno.EADDRINUSE, UnixSocket.TryListen(path, 0x180, 4, out _));
        }
        // What a dead process left behind does not stand in the way of its successor.
        Assert.True(File.Exists(path));
        Assert.Equal(Errno.Success, UnixSocket.TryListen(path, 0x180, 4, out FdHandle second));
        second.Dispose();
    }

    [Fact]
    public void UnixListener_PathTooLong_IsRefused()
        => Assert.Equal(Errno.ENAMETOOLONG, UnixSocket.TryListen(In(new string('x', 120)), 0x180, 1, out _));

    [Fact]
    public void PidFile_HeldByAnother_IsRefusedAndLeftAlone()
    {
        string path = In("daemon.pid");
        Assert.Equal(Errno.Success, PidFile.TryCreate(path, 4711, out PidFile? file));
        Assert.Equal("4711\n", Read(path));
        Assert.Equal(Errno.EAGAIN, PidFile.TryCreate(path, 4712, out PidFile? other));
        Assert.Null(other);
        Assert.Equal("4711\n", Read(path));
        Assert.Equal(Errno.Success, file!.Write(8));
        Assert.Equal("8\n", Read(path));
        file.Dispose();
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void WriteAtomically_ExistingFile_IsReplacedWithoutRemains()
    {
        File.WriteAllText(In("state"), "a longer old text");
        Assert.Equal(Errno.Success, FileNames.WriteAtomically(In("state"), "new"u8, 0x1A4));
        Assert.Equal("new", File.ReadAllText(In("state")));
        Assert.Single(_directory.GetFiles());
        Assert.Equal(Errno.ENOENT, FileNames.WriteAtomically(In("missing/state"), "new"u8, 0x1A4));
    }

    [Fact]
    public void TryOpenFifo_WithoutReader_OpensAndWrites()
    {
        Assert.Equal(Errno.Success, FileNames.TryOpenFifo(In("fifo"), 0x180, out FdHandle fifo));
        using (fifo)
        {
            Assert.Equal(Errno.Success, DescriptorIo.WriteAll(fifo.Number, "line\n"u8));
            Assert.Equal(Errno.Success, FileStatus.TryGet(In("fifo"), out FileStatus status));
            Assert.Equal(FileKind.Fifo, status.Kind);
        }
        File.WriteAllText(In("file"), "");
        Assert.Equal(Errno.EEXIST, FileNames.TryOpenFifo(In("file"), 0x180, out _));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    // File.ReadAllText would honour the lock of a pid file.
    private static string Read(string path)
    {
        Assert.Equal(Errno.Success, DescriptorIo.TryOpenRead(path, out FdHandle handle));
        using (handle)
        {
            byte[] buffer = new byte[64];
            Assert.Equal(Errno.Success, DescriptorIo.Read(handle.Number, buffer, out int count));
            return Encoding.UTF8.GetString(buffer, 0, count);
        }
    }

    private string In(string name) => Path.Combine(_directory.FullName, name);
}
