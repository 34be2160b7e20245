using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Bpf;

/// <summary>What a program does with a frame.</summary>
public enum XdpAction : uint
{
    /// <summary>It failed; the frame is dropped.</summary>
    Aborted = EBPF.XDP_ABORTED,

    /// <summary>The frame is dropped.</summary>
    Drop = EBPF.XDP_DROP,

    /// <summary>The frame goes to the network stack.</summary>
    Pass = EBPF.XDP_PASS,

    /// <summary>The frame is sent by the interface that it came in by.</summary>
    SendBack = EBPF.XDP_TX,

    /// <summary>The frame is sent by another interface.</summary>
    Redirect = EBPF.XDP_REDIRECT,
}

/// <summary>Runs an XDP program on a frame without a network (BPF_PROG_TEST_RUN). Changes of maps are real.</summary>
public static unsafe class XdpTestRun
{
    private const int Room = 512; // a program may make the frame longer

    /// <summary>Runs a program once.</summary>
    /// <param name="program">The program.</param>
    /// <param name="frame">From the Ethernet header on; 14 to 3500 bytes.</param>
    /// <param name="interfaceIndex">By which interface it came in; it must exist here. 0: by none that is said, which
    /// is the loopback.</param>
    /// <param name="action">What becomes of the frame.</param>
    /// <param name="result">The frame afterwards.</param>
    /// <returns>EINVAL: the frame is too short or too long. ENODEV: there is no such interface.</returns>
    public static Errno TryRun(
        FdHandle program, ReadOnlySpan<byte> frame, int interfaceIndex, out XdpAction action, out byte[] result)
    {
        Errno errno = TryRun(program, frame, interfaceIndex, 1, out action, out result, out _);
        return errno;
    }

    /// <summary>Runs a program many times on the same frame: each run gets what the one before has left.</summary>
    /// <param name="program">The program.</param>
    /// <param name="frame">From the Ethernet header on.</param>
    /// <param name="interfaceIndex">As above.</param>
    /// <param name="repeat">How many times.</param>
    /// <param name="action">What becomes of the frame in the last run.</param>
    /// <param name="result">The frame afterwards.</param>
    /// <param name="nanoseconds">What one run took, on average.</param>
    public static Errno TryRun(FdHandle program, ReadOnlySpan<byte> frame, int interfaceIndex, int repeat,
        out XdpAction action, out byte[] result, out uint nanoseconds)
    {
        uint* context = stackalloc uint[6]; // struct xdp_md: data, end, meta, ingress, queue, egress
        new Span<uint>(context, 6).Clear();
        context[1] = (uint)frame.Length;
        context[3] = (uint)interfaceIndex;
        byte[] buffer = new byte[frame.Length + Room];
        var options = new bpf_test_run_opts { sz = (nuint)sizeof(bpf_test_run_opts) };
        int error;
        fixed (byte* input = frame)
        fixed (byte* output = buffer)
        {
            options.data_in = input;
            options.data_size_in = (uint)frame.Length;
            options.data_out = output;
            options.data_size_out = (uint)buffer.Length;
            options.ctx_in = context;
            options.ctx_size_in = 6 * sizeof(uint);
            options.repeat = repeat;
            error = LibBpf.bpf_prog_test_run_opts(program.Number, &options);
        }
        action = (XdpAction)options.retval;
        nanoseconds = options.duration;
        result = error < 0 ? [] : buffer[..(int)options.data_size_out];
        return error < 0 ? (Errno)(-error) : Errno.Success;
    }
}
