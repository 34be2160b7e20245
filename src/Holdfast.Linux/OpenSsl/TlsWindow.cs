using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Holdfast.Linux.Memory;
using Holdfast.Linux.Sockets;

namespace Holdfast.Linux.OpenSsl;

/// <summary>
/// What the TLS connections of one event loop read from and write to while one of them is worked on: the loop's own
/// buffers, so that records are not copied on their way between the kernel and the library.
/// </summary>
/// <remarks>For one thread. What handshakes and alerts write goes into a small memory of its own.</remarks>
public sealed unsafe class TlsWindow : IDisposable
{
    private const int AsideSize = 32768;

    private static readonly void* s_method = LibSsl.IsAvailable ? MakeMethod() : null;

    private State* _state = (State*)NativeMemory.AllocZeroed((nuint)(sizeof(State) + AsideSize));

    /// <summary>Bytes of the input that were not read.</summary>
    public int InputLeft => _state->InputLeft;

    /// <summary>Bytes that were written.</summary>
    public int OutputLength => _state->OutputLength;

    /// <summary>What was written aside, until the next call.</summary>
    public ReadOnlySpan<byte> Aside => new((byte*)(_state + 1), _state->OutputLength);

    /// <summary>Gives what has arrived.</summary>
    public void SetInput(BufferSlab slab, BufferPart part)
    {
        ArgumentNullException.ThrowIfNull(slab);
        _state->Input = TcpSocket.At(slab, part);
        _state->InputLeft = part.Length;
    }

    /// <summary>Takes the input back.</summary>
    public void ClearInput() => _state->InputLeft = 0;

    /// <summary>What is written goes into a part of a buffer.</summary>
    public void SetOutput(BufferSlab slab, BufferPart part)
    {
        ArgumentNullException.ThrowIfNull(slab);
        _state->Output = TcpSocket.At(slab, part);
        _state->OutputRoom = part.Length;
        _state->OutputLength = 0;
    }

    /// <summary>What is written goes aside.</summary>
    public void SetOutputAside()
    {
        _state->Output = (byte*)(_state + 1);
        _state->OutputRoom = AsideSize;
        _state->OutputLength = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_state);
        _state = null;
    }

    /// <summary>A new BIO that reads from and writes to here.</summary>
    internal void* MakeBio()
    {
        void* bio = LibSsl.BIO_new(s_method);
        LibSsl.BIO_set_data(bio, _state);
        LibSsl.BIO_set_init(bio, 1);
        return bio;
    }

    private static void* MakeMethod()
    {
        void* method = LibSsl.BIO_meth_new(LibSsl.BIO_get_new_index() | LibSsl.BIO_TYPE_SOURCE_SINK, "buffers");
        _ = LibSsl.BIO_meth_set_read(method, &Read);
        _ = LibSsl.BIO_meth_set_write(method, &Write);
        _ = LibSsl.BIO_meth_set_ctrl(method, &Control);
        return method;
    }

    [UnmanagedCallersOnly]
    private static int Read(void* bio, byte* into, int count)
    {
        var state = (State*)LibSsl.BIO_get_data(bio);
        LibSsl.BIO_clear_flags(bio, LibSsl.BIO_FLAGS_ALL_RETRY);
        int taken = Math.Min(count, state->InputLeft);
        if (taken <= 0)
        {
            LibSsl.BIO_set_flags(bio, LibSsl.BIO_FLAGS_READ | LibSsl.BIO_FLAGS_SHOULD_RETRY);
            return -1;
        }
        Unsafe.CopyBlockUnaligned(into, state->Input, (uint)taken);
        state->Input += taken;
        state->InputLeft -= taken;
        return taken;
    }

    [UnmanagedCallersOnly]
    private static int Write(void* bio, byte* from, int count)
    {
        var state = (State*)LibSsl.BIO_get_data(bio);
        LibSsl.BIO_clear_flags(bio, LibSsl.BIO_FLAGS_ALL_RETRY);
        int taken = Math.Min(count, state->OutputRoom - state->OutputLength);
        if (taken <= 0)
        {
            LibSsl.BIO_set_flags(bio, LibSsl.BIO_FLAGS_WRITE | LibSsl.BIO_FLAGS_SHOULD_RETRY);
            return -1;
        }
        Unsafe.CopyBlockUnaligned(state->Output + state->OutputLength, from, (uint)taken);
        state->OutputLength += taken;
        return taken;
    }

    [UnmanagedCallersOnly]
    private static nint Control(void* bio, int command, nint number, void* pointer)
        => command == LibSsl.BIO_CTRL_FLUSH ? 1 : 0;

    private struct State
    {
        internal byte* Input;
        internal int InputLeft;
        internal byte* Output;
        internal int OutputRoom;
        internal int OutputLength;
    }
}
